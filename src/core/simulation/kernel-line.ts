/** A daemon's changes on their way to its kernel: one after the other in the order given, none while the daemon is paused. */

import type {KernelChange} from '../membership/types.js';
import type {Agenda} from './agenda.js';

export type KernelLine = {
	perform: (operation: number, change: KernelChange) => void;
	/** The pause has ended sooner than was planned. */
	resume: () => void;
	/** Forgets what has not been carried out: the daemon is gone. */
	clear: () => void;
};

export type KernelLineParts = {
	readonly agenda: Agenda;
	/** How long the next change takes. */
	readonly kernelMs: (change: KernelChange) => number;
	readonly pausedUntil: () => number;
	readonly carryOut: (operation: number, change: KernelChange) => void;
};

type Waiting = {readonly at: number; readonly operation: number; readonly change: KernelChange};

export function createKernelLine({agenda, kernelMs, pausedUntil, carryOut}: KernelLineParts): KernelLine {
	let line: Waiting[] = [];
	let freeAt = 0;
	const advance = (): void => {
		for (let [head] = line; head !== undefined && head.at <= agenda.now(); [head] = line) {
			if (agenda.now() < pausedUntil()) {
				agenda.at(pausedUntil(), advance);
				return;
			}

			line.shift();
			carryOut(head.operation, head.change);
		}
	};

	return {
		perform(operation, change) {
			freeAt = Math.max(freeAt, agenda.now()) + kernelMs(change);
			line.push({at: freeAt, operation, change});
			agenda.at(freeAt, advance);
		},
		resume: advance,
		clear() {
			line = [];
			freeAt = agenda.now();
		},
	};
}
