/** Processes as proc(5) tells them. */

import {readdirSync, readFileSync} from 'node:fs';
import process from 'node:process';

export type ProcessFacts = {
	readonly pid: number;
	/** One letter; Z for one that has ended and whose parent has not asked for its status. */
	readonly state: string;
	readonly group: number;
	readonly session: number;
	/** Since the machine booted, in the kernel's ticks: with the pid it names a process for good. */
	readonly startTicks: number;
};

/** Undefined where there is none. */
export function lookAtProcess(pid: number): ProcessFacts | undefined {
	let text: string;
	try {
		text = readFileSync(`/proc/${pid}/stat`, 'utf8');
	} catch {
		return undefined;
	}

	// Fields 3, 5, 6 and 22; the name before them may hold anything, also brackets.
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	return {
		pid, state: fields[0]!, group: Number(fields[2]), session: Number(fields[3]), startTicks: Number(fields[19]),
	};
}

/** Those that have not ended. */
export const livingOf = (session: number): ProcessFacts[] => readdirSync('/proc')
	.map(Number)
	.filter(pid => Number.isSafeInteger(pid))
	.map(pid => lookAtProcess(pid))
	.filter((facts): facts is ProcessFacts => facts?.session === session && facts.state !== 'Z' && facts.state !== 'X');

/** One that has ended meanwhile is no failure. */
export function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGCONT' | 'SIGKILL'): void {
	try {
		process.kill(pid, signal);
	} catch {
		// It has ended, or is not ours to end.
	}
}
