/** Processes as proc(5) tells them. */

import {Buffer} from 'node:buffer';
import {readdirSync, readFileSync} from 'node:fs';
import process from 'node:process';

export type ProcessFacts = {
	readonly pid: number;
	/** The kernel's: its first 15 bytes, which a program may change. Bytes as Latin-1. */
	readonly name: string;
	readonly parent: number;
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
		text = readFileSync(`/proc/${pid}/stat`, 'latin1');
	} catch {
		return undefined;
	}

	// Fields 3, 4, 5, 6 and 22; the name before them may hold anything, also brackets.
	const end = text.lastIndexOf(')');
	const fields = text.slice(end + 2).split(' ');
	return {
		pid, name: text.slice(text.indexOf('(') + 1, end), parent: Number(fields[1]), state: fields[0]!, group: Number(fields[2]), session: Number(fields[3]), startTicks: Number(fields[19]),
	};
}

/** All of this machine. Read at once: it is memory, and hundreds take a few milliseconds. */
export const lookAtProcesses = (): ProcessFacts[] => readdirSync('/proc')
	.map(Number)
	.filter(pid => Number.isSafeInteger(pid))
	.map(pid => lookAtProcess(pid))
	.filter(facts => facts !== undefined);

/** Those that have not ended. */
export const livingOf = (session: number): ProcessFacts[] => lookAtProcesses().filter(facts => facts.session === session && facts.state !== 'Z' && facts.state !== 'X');

/** Whether it is a zombie: it has ended, and its parent has not taken note. A process whose first thread has ended lives on in the others. */
export function isZombie({pid, state}: ProcessFacts): boolean {
	try {
		return (state === 'Z' || state === 'X') && readdirSync(`/proc/${pid}/task`).length < 2;
	} catch {
		return true;
	}
}

/** TASK_COMM_LEN of the kernel without its closing zero. */
const nameBytesMax = 15;

/** What the kernel makes of a name. */
export const kernelName = (name: string): string => Buffer.from(name).subarray(0, nameBytesMax).toString('latin1');

/** One that has ended meanwhile is no failure. */
export function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGCONT' | 'SIGKILL'): void {
	try {
		process.kill(pid, signal);
	} catch {
		// It has ended, or is not ours to end.
	}
}
