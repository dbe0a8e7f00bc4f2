/** What a process costs, from /proc: processor time of all its threads (proc_pid_stat(5)) and resident memory (proc_pid_status(5)). */

import {readFileSync} from 'node:fs';

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;

export type Sample = {
	readonly at: number;
	readonly cpuMs: number;
	readonly rssKb: number;
	/** Of it what is the process's own: heap, stacks, compiled code; without the pages of the program's file. */
	readonly anonymousKb: number;
};

/** What the process has used so far. Throws when it is gone. */
export function sample(pid: number): Sample {
	// The name in parentheses may hold anything; state is the field behind it, utime and stime are eleven and twelve further.
	const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ');
	const status = readFileSync(`/proc/${pid}/status`, 'latin1');
	const kb = (name: string): number => Number(new RegExp(String.raw`^${name}:\s+(\d+) kB$`, 'm').exec(status)?.[1] ?? NaN);
	return {
		at: performance.now(),
		cpuMs: (Number(fields[11]) + Number(fields[12])) * 1000 / ticksPerSecond,
		rssKb: kb('VmRSS'),
		anonymousKb: kb('RssAnon'),
	};
}

/** Of one core, in percent, between two samples. */
export const cpuPercent = (from: Sample, to: Sample): number => 100 * (to.cpuMs - from.cpuMs) / (to.at - from.at);
