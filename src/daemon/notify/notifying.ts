/** Tells people what happens to this node, where it is configured: by a thread of its own, which is given each event that is worth it. */

import {isDeepStrictEqual} from 'node:util';
import {Worker} from 'node:worker_threads';
import type {KeptEvent} from '../../core/events/kept-event.js';
import type {Farm} from '../../core/model/farm.js';
import {isNotified, type Notice} from '../../core/notify/notices.js';
import {atMost} from '../../edge/program/wait.js';
import {notifyLeftMs} from '../../edge/notify/notifier.js';
import type {Journal} from '../journal.js';
import type {NotifyNews, NotifyTask, NotifyWord} from './words.js';

const workerEntry = new URL('worker.js', import.meta.url);

/** A thread that failed is followed by another after so long. */
const againMs = 10_000;

/** Events that wait for a thread; the newest. */
const waitingMax = 1000;

/** It loads its modules in a fraction of a second where the machine has time. */
const beginMsMax = 10_000;

/** Beyond what messages have, for the thread to end. */
const endMs = 1000;

export type NotifyingParts = {
	readonly journal: Pick<Journal, 'entries' | 'follow' | 'record'>;
	readonly stateDir: string;
	readonly node: string;
	/** For tests. */
	readonly entry?: URL;
};

export type Notifying = {
	/** The configuration is this one from now on. */
	configured: (farm: Pick<Farm, 'name' | 'application'>) => void;
	/** What is owed goes out now, or by the next daemon; the latter at once where that is about to follow. */
	close: (options: {readonly isLeaving: boolean}) => Promise<void>;
};

type Thread = {readonly worker: Worker; readonly ready: Promise<void>; readonly ended: Promise<void>};

export function createNotifying({journal, stateDir, node, entry = workerEntry}: NotifyingParts): Notifying {
	let thread: Thread | undefined;
	let task: NotifyTask | undefined;
	/** While there is no thread. */
	let waiting: Notice[] = [];
	let again: NodeJS.Timeout | undefined;
	let changing: Promise<void> = Promise.resolve();
	/** Of the configuration, that no thread follows yet. */
	let changesCount = 0;
	let stopFollowing: (() => void) | undefined;

	const say = (word: NotifyWord): void => {
		thread?.worker.postMessage(word);
	};

	const open = (): void => {
		if (task === undefined || thread !== undefined) {
			return;
		}

		const worker = new Worker(entry, {workerData: task});
		const [ready, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		const one = {worker, ready: ready.promise, ended: ended.promise};
		worker.on('message', (news: NotifyNews) => {
			if (news.kind === 'ready') {
				ready.resolve();
			} else {
				journal.record(news.event);
			}
		});
		worker.on('error', error => {
			failed(one, error instanceof Error ? error.message : String(error));
		});
		worker.on('exit', () => {
			ready.resolve();
			ended.resolve();
			failed(one, 'it has ended');
		});
		thread = one;
		for (const notice of waiting.splice(0)) {
			say({kind: 'note', notice});
		}
	};

	const failed = (one: Thread, why: string): void => {
		if (one !== thread) {
			return;
		}

		thread = undefined;
		journal.record({level: 'error', name: 'notify-stopped', message: `what tells people failed: ${why}; it begins anew in ${againMs / 1000} s`});
		again = setTimeout(open, againMs);
		again.unref();
	};

	/** The thread ends by itself, with what it still does. */
	const end = async (kind: 'close' | 'leave'): Promise<void> => {
		clearTimeout(again);
		const one = thread;
		say({kind});
		thread = undefined;
		if (one === undefined) {
			return;
		}

		// One that has just begun is to write down what it was told.
		await atMost(beginMsMax, one.ready);
		await atMost(notifyLeftMs + endMs, one.ended);
		await one.worker.terminate();
	};

	const note = ({at, level, name, message}: KeptEvent): void => {
		if (task === undefined || !isNotified({level, name}, task.notify)) {
			return;
		}

		const notice = {at, level, name, message};
		if (thread === undefined || changesCount > 0) {
			waiting = [...waiting, notice].slice(-waitingMax);
		} else {
			say({kind: 'note', notice});
		}
	};

	return {
		configured({name: farm, application: {notify}}) {
			const next = notify && {notify, sender: {farm, node}, stateDir};
			if (isDeepStrictEqual(next, task)) {
				return;
			}

			task = next;
			if (stopFollowing === undefined) {
				for (const event of journal.entries()) {
					note(event);
				}

				stopFollowing = journal.follow(note);
			}

			// Two threads would write one file: the next one begins when the last has ended.
			changesCount++;
			changing = changing.then(async () => end('leave')).then(() => {
				changesCount--;
				open();
			});
		},
		async close({isLeaving}) {
			stopFollowing?.();
			await changing;
			await end(isLeaving ? 'leave' : 'close');
		},
	};
}
