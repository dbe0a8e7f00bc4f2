/** The end of the application's thread that is in the daemon: passes words on, and fails once. */

import {performance} from 'node:perf_hooks';
import {Worker} from 'node:worker_threads';
import type {MembershipState} from '../../core/membership/state.js';
import type {ApplicationInput, ApplicationWish} from '../../core/application/types.js';
import type {HookEnvironment} from '../../core/hooks/environment.js';
import type {StatusApplication} from '../../core/status/application.js';
import {atMost} from '../../edge/program/wait.js';
import type {ApplicationParts} from './application.js';
import {equalStandings, standingFor, type Standing} from './standing.js';
import type {ApplicationNotice, ApplicationTask, ApplicationWord} from './words.js';

/** What is killed has ended within this time, and hooks that wait have run or are for the next daemon. */
const killMs = 20_000;

/** The thread describes its application within this time, or what it said before is shown. */
const describeMs = 500;

export type ThreadParts = Pick<ApplicationParts, 'submit' | 'state' | 'record' | 'note'> & {
	readonly task: ApplicationTask;
	readonly entry: URL;
	/** `livedMs`: how long after its begin. */
	readonly failed: (why: string, livedMs: number) => void;
};

export class Thread {
	readonly #parts: ThreadParts;
	readonly #worker: Worker;
	readonly #ended = Promise.withResolvers<void>();
	readonly #questions = new Map<number, (application: StatusApplication) => void>();
	#lastQuestion = 0;
	#described: StatusApplication | undefined;
	/** Of the last claim. */
	#number = 0;
	#wantsIn = false;
	#standing: Standing | undefined;
	#isOver = false;
	readonly #begunAt = performance.now();

	constructor(parts: ThreadParts) {
		this.#parts = parts;
		this.#worker = new Worker(parts.entry, {workerData: parts.task});
		this.#worker.on('message', (notice: ApplicationNotice) => {
			this.#take(notice);
		});
		this.#worker.on('error', error => {
			this.#fail(error instanceof Error ? error.message : String(error));
		});
		this.#worker.on('exit', () => {
			this.#fail('it has ended');
		});
	}

	input(input: ApplicationInput): void {
		this.#say({kind: 'input', input});
	}

	order(wanted: ApplicationWish): void {
		this.input({kind: 'wanted', wanted});
		if (wanted === 'stop' && this.#wantsIn) {
			// Its own claim follows; until then nobody shall take the node for stopped.
			this.#parts.submit({kind: 'application', claim: {
				wants: 'out', state: 'STOPPING', reason: 'an operator stops it', isDropping: false, isGuarded: false,
			}});
		}
	}

	happened(name: 'on-state' | 'on-farm', variables: HookEnvironment): void {
		this.#say({kind: 'happened', name, variables});
	}

	stepped(state: MembershipState): void {
		const standing = standingFor(state);
		if (this.#number > 0 && !equalStandings(this.#standing, standing)) {
			this.#tellStanding(standing);
		}
	}

	async describe(): Promise<StatusApplication | undefined> {
		const question = ++this.#lastQuestion;
		const {promise, resolve} = Promise.withResolvers<StatusApplication>();
		this.#questions.set(question, resolve);
		this.#say({kind: 'describe', question});
		this.#described = await atMost(describeMs, promise) ?? this.#described;
		this.#questions.delete(question);
		return this.#described;
	}

	async end({isLeaving}: {readonly isLeaving: boolean}): Promise<void> {
		if (isLeaving) {
			this.#say({kind: 'leave'});
		}

		await this.#ended.promise;
		this.#isOver = true;
		await this.#worker.terminate();
	}

	/** One that does not even do that is not waited for. */
	kill(): void {
		this.#say({kind: 'kill'});
		setTimeout(this.#ended.resolve, killMs).unref();
	}

	#say(word: ApplicationWord): void {
		this.#worker.postMessage(word);
	}

	#tellStanding(standing: Standing): void {
		this.#standing = standing;
		this.input({kind: 'standing', ...standing, answers: this.#number});
	}

	#take(notice: ApplicationNotice): void {
		const {submit, state, record, note} = this.#parts;
		switch (notice.kind) {
			case 'claim': {
				this.#number = notice.number;
				this.#wantsIn = notice.claim.wants === 'in';
				submit({kind: 'application', claim: notice.claim});
				const now = state();
				if (now !== undefined) {
					this.#tellStanding(standingFor(now));
				}

				return;
			}

			case 'event': {
				record(notice.event);
				return;
			}

			case 'output': {
				const {service, line} = notice;
				note({
					level: 'info', name: 'service-output', message: `${service}: ${line}`, fields: {service},
				});
				return;
			}

			case 'described': {
				this.#questions.get(notice.question)?.(notice.application);
				return;
			}

			case 'ended': {
				this.#ended.resolve();
				return;
			}

			default: {
				notice satisfies never;
			}
		}
	}

	#fail(why: string): void {
		if (this.#isOver) {
			return;
		}

		this.#isOver = true;
		this.#ended.resolve();
		this.#parts.failed(why, performance.now() - this.#begunAt);
	}
}
