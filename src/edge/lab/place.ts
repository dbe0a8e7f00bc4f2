/**
Where a lab lives. As root its namespaces are the machine's, visible to `ip netns`. Without root they are inside a user namespace of the lab's own,
which one sleeping process, the holder, keeps in existence; every later command enters through it.

The folder of a rootless lab is below the temporary folder and not XDG_RUNTIME_DIR: the user namespace covers /run with one of its own.
*/
/* eslint-disable no-await-in-loop -- each step needs the one before */

import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {lstatSync, mkdirSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import type {ProgramCall} from '../../core/lab/network-commands.js';
import {SystemFailure} from '../../errors.js';
import {programPath, runProgram} from './run-program.js';
import {labProcesses, playerOf, roleEnvironment} from './processes.js';

const holderRole = 'holder';
const holderReadyMs = 5000;

export type Place = {
	readonly folder: string;
	readonly isRootless: boolean;
};

/** The place of the lab with this name for the user who asks. */
export function placeOf(name: string): Place {
	const uid = process.geteuid!();
	return uid === 0
		? {folder: path.join('/run/farmctl-lab', name), isRootless: false}
		: {folder: path.join(tmpdir(), `farmctl-lab-${uid}`, name), isRootless: true};
}

/** Makes the folder, for its owner alone. Rejects with a SystemFailure where someone else has been before. */
export function makeFolder({folder}: Place): void {
	const parent = path.dirname(folder);
	mkdirSync(parent, {recursive: true, mode: 0o700});
	const {uid, mode} = lstatSync(parent);
	if (!lstatSync(parent).isDirectory() || uid !== process.geteuid!() || mode % 0o100 !== 0) {
		throw new SystemFailure(`'${parent}' is not a folder that only you can read`, {hint: 'remove it, or set TMPDIR to a folder of your own'});
	}

	mkdirSync(folder, {mode: 0o700});
}

/** Prepares the place for namespaces: nothing to do as root, the user namespace and its holder otherwise. */
export async function openPlace(place: Place): Promise<void> {
	if (!place.isRootless) {
		return;
	}

	await startHolder(place);
	for (const argv of [
		['mount', '-t', 'tmpfs', 'tmpfs', '/run'],
		['mkdir', '/run/netns'],
		['mount', '-t', 'sysfs', 'sysfs', '/sys'],
	]) {
		await runProgram(enter(place, {argv}));
	}
}

/** The same call, to be run from outside: unchanged as root, through the holder otherwise. `folder`: where it starts. */
export function enter(place: Place, call: ProgramCall, folder = '/'): ProgramCall {
	if (!place.isRootless) {
		return call;
	}

	const holder = holderOf(place);
	if (holder === undefined) {
		throw new SystemFailure('the lab has no user namespace any more', {hint: 'take down what is left: farmctl lab down'});
	}

	return {
		...call,
		argv: ['nsenter', '--preserve-credentials', '--user', '--net', '--mount', `--wd=${folder}`, '--target', String(holder), '--', ...call.argv],
	};
}

/** The holder's process id, if it lives. */
export const holderOf = ({folder}: Place): number | undefined => playerOf(labProcesses(folder), holderRole)?.pid;

async function startHolder({folder}: Place): Promise<void> {
	const child = spawn('unshare', ['--map-root-user', '--net', '--mount', '--propagation', 'private', 'sleep', 'infinity'], {
		detached: true,
		stdio: ['ignore', 'ignore', 'pipe'],
		cwd: '/',
		env: {...process.env, PATH: programPath, ...roleEnvironment(folder, holderRole)},
	});
	let talk = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		talk += text;
	});
	const ended = endOf(child, () => talk);
	const failure = await Promise.race([ended, asleep(child.pid)]);
	if (failure !== undefined) {
		throw new SystemFailure(`cannot make a user namespace: ${failure}`, {
			hint: 'run it as root: sudo farmctl lab up; or let users make them: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 user.max_user_namespaces=10000',
		});
	}

	child.stderr.destroy();
	child.unref();
}

async function endOf(child: ChildProcess, talk: () => string): Promise<string> {
	try {
		await once(child, 'close');
	} catch (error) {
		return String(error);
	}

	return talk().trim() === '' ? 'it ended at once' : talk().trim();
}

/** Resolves when `unshare` has become `sleep`: from then on all its namespaces are ready. */
async function asleep(pid: number | undefined): Promise<string | undefined> {
	for (let waitedMs = 0; waitedMs < holderReadyMs; waitedMs += 5) {
		if (pid !== undefined && commandName(pid) === 'sleep') {
			return undefined;
		}

		await delay(5);
	}

	return `unshare is not ready after ${holderReadyMs} ms`;
}

function commandName(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
	} catch {
		return '';
	}
}
