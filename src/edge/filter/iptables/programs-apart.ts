/**
`startProgram` in a thread of its own, for a program that must go on meanwhile: to start another stops the thread that does it until the other's memory is
laid out, some milliseconds, and on a busy machine many. The thread is started with the first program.
*/

import {Worker} from 'node:worker_threads';
import {SystemFailure} from '../../../errors.js';
import type {ProgramResult, StartProgram} from './programs.js';

export type ProgramCall = {readonly id: number; readonly program: string; readonly words: readonly string[]; readonly input: string};

/** What the thread says: plain data, as no class survives the way between threads. */
export type ProgramReport = {readonly id: number} & ({readonly result: ProgramResult} | {readonly failure: {readonly message: string; readonly hint?: string}});

type Waiting = {readonly resolve: (result: ProgramResult) => void; readonly reject: (error: Error) => void};

export type ProgramsApart = {readonly start: StartProgram; readonly close: () => void};

/** Starts programs until it is closed; those that are under way then reject with a SystemFailure. */
export const programsApart = (): ProgramsApart => {
	const thread = new Thread();
	return {
		start: async (program, words, input) => thread.start(program, words, input),
		close() {
			thread.close();
		},
	};
};

class Thread {
	readonly #waiting = new Map<number, Waiting>();
	#worker: Worker | undefined;
	#lastId = 0;

	async start(program: string, words: readonly string[], input: string): Promise<ProgramResult> {
		const {promise, resolve, reject} = Promise.withResolvers<ProgramResult>();
		const id = ++this.#lastId;
		this.#waiting.set(id, {resolve, reject});
		this.#worker ??= this.#open();
		this.#worker.ref();
		const call: ProgramCall = {id, program, words, input};
		this.#worker.postMessage(call);
		return promise;
	}

	close(): void {
		const worker = this.#worker;
		this.#fail('the filter is closed');
		void worker?.terminate();
	}

	#open(): Worker {
		const worker = new Worker(new URL('programs-worker.js', import.meta.url));
		worker.on('message', (report: ProgramReport) => {
			this.#take(report);
		});
		worker.on('error', error => {
			this.#fail(error instanceof Error ? error.message : String(error));
		});
		return worker;
	}

	#take(report: ProgramReport): void {
		const waiting = this.#waiting.get(report.id);
		this.#waiting.delete(report.id);
		if (this.#waiting.size === 0) {
			this.#worker?.unref();
		}

		if ('result' in report) {
			waiting?.resolve(report.result);
		} else {
			const {message, ...options} = report.failure;
			waiting?.reject(new SystemFailure(message, options));
		}
	}

	/** The next program gets another thread. */
	#fail(why: string): void {
		this.#worker = undefined;
		for (const {reject} of this.#waiting.values()) {
			reject(new SystemFailure(`a program of iptables was given up: ${why}`));
		}

		this.#waiting.clear();
	}
}
