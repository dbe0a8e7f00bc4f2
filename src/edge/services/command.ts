/** A service that is a command in the foreground, a child of the daemon: its death is known at once, and what it started never outlives it. */

import {formatDuration} from '../../core/status/format.js';
import {describeEnding, hasSucceeded, type Ending} from '../program/ending.js';
import {launchCommand, type Launched} from '../program/launch.js';
import {atMost} from '../program/wait.js';
import type {OpenService, ServiceControl, ServiceOutcome, ServiceParts} from './port.js';

/** One that ends within this time of its start has not started. */
const settleMs = 50;

/** How it ended is waited for no longer, once it is known that it has. */
const statusMs = 10;

/** The kernel cannot end a process that waits for a dead disk; after so long it is not waited for. */
const killedMs = 2000;

type Child = {readonly program: Launched; isStopping: boolean; lastLine: string; unwatch: () => void};

export function createCommandService({run, stopTimeoutMs}: OpenService<'command'>, {environment, died, line, note, watchProcess}: ServiceParts): ServiceControl {
	let child: Child | undefined;

	const gone = (one: Child): void => {
		one.unwatch();
		one.program.sweep();
		one.program.deafen();
		if (child !== one) {
			return;
		}

		child = undefined;
		note(undefined);
	};

	const begin = (): Child => {
		const begun: Child = {
			program: launchCommand(run.command, {
				environment: {...environment, ...run.environment},
				folder: run.folder,
				line(text) {
					begun.lastLine = text;
					line(text);
				},
			}),
			isStopping: false,
			lastLine: '',
			unwatch: () => undefined,
		};
		return begun;
	};

	/** The kernel's notice of a death may be here before the status that it left. */
	const watch = (one: Child): void => {
		const tell = (reason: string): void => {
			if (child !== one || one.isStopping) {
				return;
			}

			died(reason);
			gone(one);
		};

		void one.program.ended.then(ending => {
			tell(withLastLine(ending, one));
		});
		one.unwatch = watchProcess(one.program.pid!, () => {
			void atMost(statusMs, one.program.ended).then(ending => {
				tell(ending === undefined ? 'has ended' : withLastLine(ending, one));
			});
		});
	};

	const stop = async (graceMs: number): Promise<ServiceOutcome> => {
		const stopped = child;
		if (stopped === undefined) {
			return {hasSucceeded: true, reason: 'does not run'};
		}

		stopped.isStopping = true;
		stopped.program.terminate(graceMs);
		const ending = await atMost(graceMs + killedMs, stopped.program.ended);
		if (ending === undefined) {
			return {hasSucceeded: false, reason: `does not end even when it is killed (pid ${stopped.program.pid}): does it wait for a disk?`};
		}

		gone(stopped);
		return {hasSucceeded: true, reason: stopReason(ending, graceMs)};
	};

	return {
		// A child of another daemon is not ours to supervise; it has been ended before (leftovers.ts).
		adopt: async () => child !== undefined,
		async start() {
			if (child !== undefined) {
				return {hasSucceeded: false, reason: `runs already (pid ${child.program.pid})`};
			}

			const begun = begin();
			child = begun;
			note(begun.program.pid);
			const early = await atMost(settleMs, begun.program.ended);
			if (early !== undefined) {
				await atMost(settleMs, begun.program.silent);
				gone(begun);
				return {hasSucceeded: false, reason: withLastLine(early, begun)};
			}

			watch(begun);
			return {hasSucceeded: true, reason: `pid ${begun.program.pid}`};
		},
		stop: async () => stop(stopTimeoutMs),
		kill: async () => stop(0),
		pid: () => child?.program.pid,
		async leave() {
			await stop(stopTimeoutMs);
		},
	};
}

/** One that ends well was not asked to: most likely it went to the background. */
const withLastLine = (ending: Ending, {lastLine}: Child): string => hasSucceeded(ending)
	? `${describeEnding(ending)}: a command must stay in the foreground`
	: `${describeEnding(ending)}${lastLine === '' || isFromOutside(ending) ? '' : `: ${lastLine}`}`;

/** What it said last has nothing to do with that. */
const isFromOutside = (ending: Ending): boolean => ending.kind === 'signal' && (ending.signal === 'SIGKILL' || ending.signal === 'SIGTERM');

const stopReason = (ending: Ending, graceMs: number): string => ending.kind === 'signal' && ending.signal === 'SIGKILL' && graceMs > 0
	? `did not end within ${formatDuration(graceMs)} and was killed`
	: describeEnding(ending);
