/**
The kernel's census in a thread of its own: the kernel walks its tables inside the call that asks, some milliseconds also where there is nothing in them, and
no heartbeat waits for that. The thread begins with the first look and ends when nobody has looked for a while.
*/

import {Worker} from 'node:worker_threads';
import type {Endpoint} from '../../core/explain/question.js';
import type {Farm} from '../../core/model/farm.js';
import type {SlotSet} from '../../core/model/slot-set.js';
import {KernelFailure} from '../../errors.js';
import type {Census, CensusAnswer} from './port.js';

/** The last word to the thread, instead of a question. */
export const endTask = 'end';

/** A question to the thread; the farm only where it is another than before. */
export type CensusTask = {readonly farm: Farm | undefined; readonly asked: SlotSet} | {readonly vips: Farm['vips']; readonly client: Endpoint};

/** What it answers: plain data, as no class survives the way between threads. */
export type CensusReport = {readonly answer: CensusAnswer | number} | {readonly message: string; readonly errno: string};

/** The thread ends after so long without a look. */
const idleMsDefault = 10_000;

const workerEntry = new URL('apart-worker.js', import.meta.url);

export type CensusApartOptions = {readonly entry?: URL; readonly idleMs?: number};

type Thread = {readonly worker: Worker; farm: Farm | undefined; readonly waiting: Array<PromiseWithResolvers<CensusAnswer | number>>};

/** The connections of the network namespace in which it is first asked to look. */
export function createCensusApart({entry = workerEntry, idleMs = idleMsDefault}: CensusApartOptions = {}): Census {
	let thread: Thread | undefined;
	let idle: NodeJS.Timeout | undefined;
	let isClosed = false;

	/**
	It closes its sockets and goes by itself, and the process waits for that: a thread that is cut off while a netlink socket of it hands something over takes
	the whole process with it.
	*/
	const end = (): void => {
		const ended = thread;
		thread = undefined;
		ended?.worker.ref();
		ended?.worker.postMessage(endTask);
	};

	const begin = (): Thread => {
		const begun: Thread = {worker: new Worker(entry), farm: undefined, waiting: []};
		const fail = (why: string): void => {
			thread = thread === begun ? undefined : thread;
			for (const {reject} of begun.waiting.splice(0)) {
				reject(new KernelFailure(`cannot look at the connections: ${why}`, {errno: 'ECANCELED'}));
			}
		};

		begun.worker.on('message', (report: CensusReport) => {
			const asker = begun.waiting.shift();
			if (begun.waiting.length === 0 && thread === begun) {
				begun.worker.unref();
				idle = setTimeout(end, idleMs).unref();
			}

			if ('answer' in report) {
				asker?.resolve(report.answer);
			} else {
				asker?.reject(new KernelFailure(report.message, {errno: report.errno}));
			}
		});
		begun.worker.on('error', error => {
			fail(error instanceof Error ? error.message : String(error));
		});
		begun.worker.on('exit', () => {
			fail('its thread has ended');
		});
		return begun;
	};

	const ask = async (taskFor: (thread: Thread) => CensusTask): Promise<CensusAnswer | number> => {
		if (isClosed) {
			throw new KernelFailure('cannot look at the connections: the census is closed', {errno: 'ECANCELED'});
		}

		thread ??= begin();
		clearTimeout(idle);
		const asker = Promise.withResolvers<CensusAnswer | number>();
		thread.waiting.push(asker);
		// Nobody's life hangs on the thread, but that of a look.
		thread.worker.ref();
		thread.worker.postMessage(taskFor(thread));
		return asker.promise;
	};

	return {
		async look(farm, asked) {
			return await ask(asking => {
				const known = asking.farm;
				asking.farm = farm;
				return {farm: farm === known ? undefined : farm, asked};
			}) as CensusAnswer;
		},
		async countOf({vips}, client) {
			return await ask(() => ({vips, client})) as number;
		},
		close() {
			isClosed = true;
			clearTimeout(idle);
			end();
		},
	};
}
