/** The programs of one check, one at a time: none is started before the last one is gone, which one that waits for a dead disk may never be. */

import type {Command} from '../../core/model/application.js';
import {isZombie, lookAtProcess, type ProcessFacts} from '../program/processes.js';
import {runCommand, type CommandResult, type RunOptions} from '../program/run.js';
import {up} from './port.js';
import {settleOnce} from './settle.js';

/** Longer than any probe, whose signal decides. */
const runMs = 3_600_000;

export type ProgramTurns = {
	/** Why none can be started now, once the last one had its time to end; undefined where one can. */
	readonly hindrance: (signal: AbortSignal) => Promise<string | undefined>;
	/** Never rejects. Aborted, it resolves when the program has been ended, or a little later. */
	readonly run: (command: Command, options: Omit<RunOptions, 'timeoutMs' | 'begun' | 'signal'> & {readonly signal: AbortSignal}) => Promise<CommandResult>;
	/** Ends what runs. */
	readonly close: () => Promise<void>;
};

export function createProgramTurns(): ProgramTurns {
	const ending = new AbortController();
	let ended: Promise<unknown> | undefined;
	let last: ProcessFacts | undefined;
	return {
		async hindrance(signal) {
			if (ended !== undefined && !await isOverBefore(signal, ended)) {
				return 'the one that was started before is being ended yet';
			}

			return isGone(last) ? undefined : 'the one that was started before cannot be ended: does it wait for a disk?';
		},
		async run(command, options) {
			last = undefined;
			const run = runCommand(command, {
				...options,
				timeoutMs: runMs,
				signal: AbortSignal.any([options.signal, ending.signal]),
				begun(pid) {
					last = lookAtProcess(pid);
				},
			});
			ended = run;
			return run;
		},
		async close() {
			ending.abort();
			await ended;
		},
	};
}

async function isOverBefore(signal: AbortSignal, work: Promise<unknown>): Promise<boolean> {
	const {outcome} = await settleOnce(signal, () => '', settle => {
		void work.then(() => {
			settle(up(''));
		});
		return () => undefined;
	});
	return outcome === 'up';
}

function isGone(process: ProcessFacts | undefined): boolean {
	const found = process && lookAtProcess(process.pid);
	return found === undefined || found.startTicks !== process?.startTicks || isZombie(found);
}
