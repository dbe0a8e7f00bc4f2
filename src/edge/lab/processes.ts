/**
The processes of a lab, found by what the kernel says of them and not by notes: every one carries the lab's folder and its own role in its
environment, and whoever else was started in one of the lab's namespaces is found by the namespace.
*/

import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import process from 'node:process';

export const labVariable = 'FARMCTL_LAB';
export const roleVariable = 'FARMCTL_LAB_ROLE';

export type LabProcess = {
	readonly pid: number;
	readonly parent: number;
	/** What it was started as, such as `web1/daemon`; empty for a process that is only found by its namespace. */
	readonly role: string;
	/** With its arguments, or what it calls itself; empty for a process without a role. */
	readonly command: string;
	readonly isFrozen: boolean;
};

/** Environment of a process that plays a role in the lab. */
export const roleEnvironment = (folder: string, role: string): Record<string, string> => ({[labVariable]: folder, [roleVariable]: role});

/** All processes that belong to the lab in `folder`, this one and those above it excepted. `namespaces`: inode links as in /proc/PID/ns/net. */
export function labProcesses(folder: string, namespaces: ReadonlySet<string> = new Set()): LabProcess[] {
	const above = ancestors();
	const found: LabProcess[] = [];
	for (const entry of readdirSync('/proc')) {
		const pid = Number(entry);
		if (Number.isSafeInteger(pid) && !above.has(pid)) {
			const one = lookAt(pid, folder, namespaces);
			if (one !== undefined) {
				found.push(one);
			}
		}
	}

	return found;
}

/** The process that plays the role, not one of the children that inherited its environment; with `isIt` not one either that outlived it. */
export function playerOf(processes: readonly LabProcess[], role: string, isIt: (process: LabProcess) => boolean = () => true): LabProcess | undefined {
	const players = processes.filter(one => one.role === role && isIt(one));
	const pids = new Set(players.map(({pid}) => pid));
	return players.find(({parent}) => !pids.has(parent));
}

/** User or network namespace of a process as the kernel names it; empty when it may not be seen. */
export function namespaceOf(pid: number | 'self', kind: 'net' | 'user'): string {
	try {
		return readlinkSync(`/proc/${pid}/ns/${kind}`);
	} catch {
		return '';
	}
}

function lookAt(pid: number, folder: string, namespaces: ReadonlySet<string>): LabProcess | undefined {
	const stat = statusOf(pid);
	if (stat === undefined || stat.state === 'Z' || stat.state === 'X') {
		return undefined;
	}

	const environment = read(`/proc/${pid}/environ`).split('\0');
	const isMarked = environment.includes(`${labVariable}=${folder}`);
	if (!isMarked && !namespaces.has(namespaceOf(pid, 'net')) && !namespaces.has(namespaceOf(pid, 'user'))) {
		return undefined;
	}

	const prefix = `${roleVariable}=`;
	const role = isMarked ? environment.find(line => line.startsWith(prefix))?.slice(prefix.length) ?? '' : '';
	return {
		pid, parent: stat.parent, role, command: role === '' ? '' : read(`/proc/${pid}/cmdline`).replaceAll('\u{0}', ' ').trimEnd(), isFrozen: stat.state === 'T',
	};
}

/** Field 3 and 4 of proc(5) `stat`; the name before them may hold anything, also brackets. */
function statusOf(pid: number): {state: string; parent: number} | undefined {
	const text = read(`/proc/${pid}/stat`);
	const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ', 2);
	return state === undefined || parent === undefined ? undefined : {state, parent: Number(parent)};
}

function ancestors(): Set<number> {
	const above = new Set<number>();
	let {pid} = process;
	while (pid > 0 && !above.has(pid)) {
		above.add(pid);
		pid = statusOf(pid)?.parent ?? 0;
	}

	return above;
}

function read(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}
