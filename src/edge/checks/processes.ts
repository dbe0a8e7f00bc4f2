/**
The processes of this machine, from `/proc/PID/stat` (proc_pid_stat(5)). Read at once and not through libuv's pool: it is memory, and a whole machine takes a
few milliseconds.
*/

import {Buffer} from 'node:buffer';
import {readdirSync, readFileSync} from 'node:fs';

export type ProcessEntry = {
	readonly pid: number;
	/** The kernel's: its first 15 bytes, which a program may change. Bytes as Latin-1. */
	readonly name: string;
	/** Clock ticks after the boot: with the pid, no other process has ever had it. */
	readonly startedAt: number;
	/** It has ended, and its parent has not taken note. */
	readonly isZombie: boolean;
	/** By SIGSTOP or a debugger. */
	readonly isStopped: boolean;
	readonly parent: number;
};

/** TASK_COMM_LEN without its closing zero. */
const nameBytesMax = 15;

/** Behind the name, from 0: the fields 4 and 22 of the page. */
const places = {parent: 1, startedAt: 19} as const;

/** What the kernel makes of a name. */
export const kernelName = (name: string): string => Buffer.from(name).subarray(0, nameBytesMax).toString('latin1');

export const readProcesses = (): ProcessEntry[] => readdirSync('/proc')
	.filter(name => /^\d+$/u.test(name))
	.map(name => readProcess(Number(name)))
	.filter(entry => entry !== undefined);

/** Undefined where there is none, or a thread of that number. */
export function readProcess(pid: number): ProcessEntry | undefined {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
		const end = text.lastIndexOf(')');
		const fields = text.slice(end + 2).split(' ');
		const state = fields[0] ?? '';
		return {
			pid,
			name: text.slice(text.indexOf('(') + 1, end),
			startedAt: Number(fields[places.startedAt]),
			isZombie: ['Z', 'X'].includes(state) && countThreads(pid) < 2,
			isStopped: ['T', 't'].includes(state),
			parent: Number(fields[places.parent]),
		};
	} catch {
		return undefined;
	}
}

/** A process lives on in its other threads when the first one has ended. */
const countThreads = (pid: number): number => readdirSync(`/proc/${pid}/task`).length;
