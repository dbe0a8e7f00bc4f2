/** A program ends with status 0. One that is not done in time is ended, with all that it started, and none is started before the last one is gone. */

import {performance} from 'node:perf_hooks';
import type {Command} from '../../core/model/application.js';
import {isZombie, lookAtProcess, type ProcessFacts} from '../program/processes.js';
import {runCommand, type CommandResult} from '../program/run.js';
import {createFloodGuard} from './flood.js';
import {down, timedOut, up, type Finding} from './port.js';
import {settleOnce} from './settle.js';
import type {Source} from './source.js';

/** Longer than any probe, whose signal decides. */
const runMs = 3_600_000;

/** In the environment of a check's program: the name of the check. */
export const checkVariable = 'FARMCTL_CHECK';

export function createCommandSource(command: Command, name: string): Source {
	const ending = new AbortController();
	let last: Run | undefined;
	return {
		async find(signal) {
			if (last !== undefined && !await isOverBefore(signal, last.ended)) {
				return timedOut(`${command[0]}: the one that was started before is being ended yet`);
			}

			if (last?.isGone() === false) {
				return timedOut(`${command[0]}: the one that was started before cannot be ended: does it wait for a disk?`);
			}

			last = startRun(command, name, AbortSignal.any([signal, ending.signal]));
			return last.find(signal);
		},
		async close() {
			ending.abort();
			await last?.ended;
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

/** One that the kernel cannot end is not waited for, and is not gone. */
type Run = {readonly ended: Promise<CommandResult>; readonly isGone: () => boolean; readonly find: (signal: AbortSignal) => Promise<Finding>};

function startRun(command: Command, name: string, signal: AbortSignal): Run {
	const flooded = new AbortController();
	const isFlood = createFloodGuard();
	let lastLine = '';
	let started: ProcessFacts | undefined;
	const ended = runCommand(command, {
		timeoutMs: runMs,
		signal: AbortSignal.any([signal, flooded.signal]),
		environment: {[checkVariable]: name},
		begun(pid) {
			started = lookAtProcess(pid);
		},
		line(line) {
			lastLine = line;
			if (isFlood(line, performance.now())) {
				flooded.abort();
			}
		},
	});
	const [program] = command;
	return {
		ended,
		isGone() {
			const found = started && lookAtProcess(started.pid);
			return found === undefined || found.startTicks !== started?.startTicks || isZombie(found);
		},
		find: async aborted => settleOnce(aborted, () => `${program} has not ended, and is ended now${lastLine === '' ? '' : `; it said: ${lastLine}`}`, settle => {
			flooded.signal.addEventListener('abort', () => {
				settle(down(`${program} prints without end, and was ended`));
			});
			void ended.then(result => {
				settle(judge(program!, result));
			});
			return () => undefined;
		}),
	};
}

const judge = (program: string, {hasSucceeded, reason, hasLeftovers}: CommandResult): Finding => hasSucceeded
	? up(`${program} ${reason}`, hasLeftovers ? `${program} left processes behind, which were killed` : undefined)
	: down(`${program} ${reason}`);
