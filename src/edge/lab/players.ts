/**
The programs that play in a lab: on each node its daemon and its web server. Each is started in its node's namespace, detached, with its own log
file, and found again by its role. Where the lab has an application the daemons start it, and it plays the part of the server.
*/
/* eslint-disable no-await-in-loop -- it polls */

import {spawn} from 'node:child_process';
import {closeSync, existsSync, mkdirSync, openSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {bareAddress, type LabHost, type Topology} from '../../core/lab/topology.js';
import {SystemFailure} from '../../errors.js';
import {enter, type Place} from './place.js';
import {labProcesses, namespaceOf, playerOf, roleEnvironment, type LabProcess} from './processes.js';
import {programPath} from './run-program.js';

export type Lab = {readonly place: Place; readonly topology: Topology};

export type Part = 'daemon' | 'server';

/** The parts that the lab itself starts. */
export const partsOf = ({topology}: Lab): readonly Part[] => hasApplication(topology) ? ['daemon'] : ['server', 'daemon'];

export const hasApplication = ({options}: Topology): boolean => options.application !== undefined;

const launcher = path.join(import.meta.dirname, '../../cli/launch.js');
/** The web server of a node, to be started with its name and the VIPs. */
export const serverProgram = path.join(import.meta.dirname, 'server.js');
/** What a daemon calls itself once it runs. */
const daemonTitle = 'farmctl';
/** A part that has ended within this time of its start did not start. */
const endedMs = 15_000;

export const configFileOf = ({place}: Lab): string => path.join(place.folder, 'farm.yaml');
export const keyFileOf = ({place}: Lab): string => path.join(place.folder, 'farm.key');
export const runDirOf = ({place}: Lab, node: LabHost): string => path.join(place.folder, node.name);
export const logFileOf = (lab: Lab, node: LabHost, part: Part): string => path.join(runDirOf(lab, node), `${part}.log`);

export const roleOf = (node: LabHost, part: Part): string => `${node.name}/${part}`;

/** The process that is the node's daemon or server, if it lives. */
export function partOf(lab: Lab, node: LabHost, part: Part): LabProcess | undefined {
	return part === 'server' && hasApplication(lab.topology)
		? applicationOf(lab, node)[0]
		: playerOf(labProcesses(lab.place.folder), roleOf(node, part), part === 'daemon' ? isDaemon : undefined);
}

const isDaemon = ({command}: LabProcess): boolean => command === daemonTitle || command.includes(launcher);

/**
All that the node's daemon has started and that lives, the oldest first. A program that has forgotten its environment (nginx writes its title over it) is
found by its parents, while the daemon lives.
*/
export function applicationOf(lab: Lab, node: LabHost): LabProcess[] {
	const daemon = partOf(lab, node, 'daemon');
	const all = labProcesses(lab.place.folder, new Set(daemon === undefined ? [] : [namespaceOf(daemon.pid, 'net')]));
	const parents = new Map(all.map(({pid, parent}) => [pid, parent]));
	const isBelow = (pid: number | undefined): boolean => pid !== undefined && (pid === daemon?.pid || isBelow(parents.get(pid)));
	return all.filter(one => one.pid !== daemon?.pid && !isDaemon(one) && (one.role === roleOf(node, 'daemon') || isBelow(one.parent)))
		.toSorted((a, b) => a.pid - b.pid);
}

/** Starts the part unless it runs. Returns at once; what it says goes to its log. */
export function startPart(lab: Lab, node: LabHost, part: Part): void {
	if (partOf(lab, node, part) !== undefined) {
		return;
	}

	mkdirSync(runDirOf(lab, node), {recursive: true, mode: 0o700});
	const [program, ...words] = enter(lab.place, {argv: ['ip', 'netns', 'exec', node.namespace, ...partWords(lab, node, part)]}).argv;
	const log = openSync(logFileOf(lab, node, part), 'a', 0o600);
	const child = spawn(program!, words, {
		detached: true,
		cwd: '/',
		stdio: ['ignore', log, log],
		env: {...process.env, PATH: programPath, FARMCTL_NODE: node.name, ...roleEnvironment(lab.place.folder, roleOf(node, part))},
	});
	closeSync(log);
	child.on('error', () => undefined);
	child.unref();
}

/** Sends the signal, if the part lives, and resolves when a part that ends by it has ended. */
export async function signalPart(lab: Lab, node: LabHost, {part, signal}: {readonly part: Part; readonly signal: NodeJS.Signals}): Promise<void> {
	const player = partOf(lab, node, part);
	if (player === undefined) {
		return;
	}

	process.kill(player.pid, signal);
	if (signal !== 'SIGKILL' && signal !== 'SIGTERM') {
		return;
	}

	for (let waitedMs = 0; ; waitedMs += 20) {
		if (partOf(lab, node, part)?.pid !== player.pid) {
			return;
		}

		if (waitedMs > endedMs) {
			throw new SystemFailure(`the ${part} of ${node.name} (process ${player.pid}) has not ended ${endedMs / 1000} s after ${signal}`, {
				hint: `see ${logFileOf(lab, node, part)}`,
			});
		}

		await delay(20);
	}
}

/** The same for the server, be it a part of its own or all that the daemon runs. */
export async function signalServer(lab: Lab, node: LabHost, signal: NodeJS.Signals): Promise<void> {
	if (!hasApplication(lab.topology)) {
		await signalPart(lab, node, {part: 'server', signal});
		return;
	}

	for (const {pid} of applicationOf(lab, node)) {
		kill(pid, signal);
	}
}

function kill(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw error;
		}
	}
}

/** The last lines of the part's log. */
export function logTail(lab: Lab, node: LabHost, part: Part, lines = 5): string {
	const file = logFileOf(lab, node, part);
	return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';
}

function partWords(lab: Lab, node: LabHost, part: Part): string[] {
	return part === 'server'
		? [process.execPath, serverProgram, node.name, ...lab.topology.vips.map(address => bareAddress(address))]
		: [process.execPath, launcher, 'run', '--config', configFileOf(lab), '--node', node.name, '--run-dir', runDirOf(lab, node), '--state-dir', path.join(runDirOf(lab, node), 'state')];
}
