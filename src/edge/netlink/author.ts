/** Who made a change that the kernel tells of, as far as can be known. */

import {readFileSync} from 'node:fs';

/** The low bits of a netlink port that is made from a process id, with the kernel's limit on those: `PID_MAX_LIMIT` is 2^22. */
const processMask = 0x3F_FF_FF;

/** A process as people look for it, such as `nft (pid 4711)`. */
export const processText = (pid: number, name: string): string => name === '' ? `pid ${pid}` : `${name} (pid ${pid})`;

/**
The process whose socket has this port, with its name if it still runs. The kernel gives a process's first netlink socket its process id as port, and
libraries put it into the low bits; a port made otherwise names nobody or the wrong one, so this is a guess. Empty for port 0: the kernel
itself, or a change of which it does not say who made it.
*/
export function authorOf(port: number): string {
	if (port === 0) {
		return '';
	}

	const pid = port & processMask;
	return processText(pid, processName(pid));
}

function processName(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
	} catch {
		return '';
	}
}
