/** What there is of a lab on this machine right now, whole or in pieces: the base of `lab down` after a crash and of the refusal to bring up a second one. */

import {existsSync, statSync} from 'node:fs';
import path from 'node:path';
import {namespacePrefix} from '../../core/lab/topology.js';
import type {Place} from './place.js';
import {labProcesses, namespaceOf, type LabProcess} from './processes.js';
import {runProgram} from './run-program.js';

const netnsFolder = '/run/netns';

export type Remains = {
	readonly processes: readonly LabProcess[];
	/** Names of network namespaces that the machine itself knows; a rootless lab has none here. */
	readonly namespaces: readonly string[];
	readonly hasFolder: boolean;
};

/** Looks at processes, namespaces and the folder. */
export async function remainsOf(place: Place, labName: string): Promise<Remains> {
	const namespaces = place.isRootless ? [] : await machineNamespaces(labName);
	return {
		processes: labProcesses(place.folder, place.isRootless ? userNamespaces(place) : new Set(namespaces.map(name => namespaceLink(name)))),
		namespaces,
		hasFolder: existsSync(place.folder),
	};
}

export const isNothing = ({processes, namespaces, hasFolder}: Remains): boolean => processes.length === 0 && namespaces.length === 0 && !hasFolder;

async function machineNamespaces(labName: string): Promise<string[]> {
	const listed = await runProgram({argv: ['ip', 'netns', 'list']});
	return listed.split('\n').map(line => line.split(' ', 1)[0]!).filter(name => name.startsWith(namespacePrefix(labName)));
}

function namespaceLink(name: string): string {
	const status = statSync(path.join(netnsFolder, name), {throwIfNoEntry: false});
	return `net:[${status?.ino ?? ''}]`;
}

/** The user namespaces that the marked processes live in, this one's excepted. */
function userNamespaces({folder}: Place): Set<string> {
	const found = new Set(labProcesses(folder).map(({pid}) => namespaceOf(pid, 'user')));
	found.delete(namespaceOf('self', 'user'));
	found.delete('');
	return found;
}
