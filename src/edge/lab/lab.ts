/** Brings a lab up and takes it down. What `up` makes, `down` finds again by looking at the machine, so a crash half-way leaves nothing that it misses. */
/* eslint-disable no-await-in-loop -- each step needs the one before */

import {existsSync, readFileSync, rmdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {renderLabConfig} from '../../core/lab/farm-yaml.js';
import {networkCommands} from '../../core/lab/network-commands.js';
import {topologyOf, type LabOptions} from '../../core/lab/topology.js';
import {SystemFailure} from '../../errors.js';
import {generateKey} from '../config/load-key.js';
import {enter, makeFolder, openPlace, placeOf} from './place.js';
import {configFileOf, keyFileOf, partsOf, startPart, type Lab} from './players.js';
import {awaitReady} from './readiness.js';
import {isNothing, remainsOf, type Remains} from './remains.js';
import {runProgram} from './run-program.js';

const endedMs = 10_000;

const optionsFile = (folder: string): string => path.join(folder, 'lab.json');

/**
Brings the lab up and returns it once every node serves. Rejects with a SystemFailure when there is one of this name, whole or in pieces; whatever
fails later takes down what was made.
*/
export async function bringUp(options: LabOptions): Promise<Lab> {
	const place = placeOf(options.name);
	const remains = await remainsOf(place, options.name);
	if (!isNothing(remains)) {
		throw alreadyThere(options.name, remains);
	}

	const lab: Lab = {place, topology: topologyOf(options)};
	try {
		makeFolder(place);
		writeFileSync(optionsFile(place.folder), JSON.stringify(options), {mode: 0o600});
		await openPlace(place);
		for (const call of networkCommands(lab.topology)) {
			await runProgram(enter(place, call));
		}

		writeFileSync(keyFileOf(lab), generateKey(), {mode: 0o600});
		writeFileSync(configFileOf(lab), renderLabConfig(lab.topology, keyFileOf(lab)), {mode: 0o600});
		for (const part of partsOf(lab)) {
			for (const node of lab.topology.nodes) {
				startPart(lab, node, part);
			}
		}

		await awaitReady(lab);
		return lab;
	} catch (error) {
		await takeDown(options.name);
		throw error;
	}
}

/** Ends every process of the lab, deletes its namespaces (and with them cables and bridge) and its folder. Returns whether there was anything. */
export async function takeDown(name: string): Promise<boolean> {
	const place = placeOf(name);
	const remains = await remainsOf(place, name);
	if (isNothing(remains)) {
		return false;
	}

	await endProcesses(name);
	for (const namespace of remains.namespaces) {
		await runProgram({argv: ['ip', 'netns', 'delete', namespace]});
	}

	rmSync(place.folder, {recursive: true, force: true});
	removeIfEmpty(path.dirname(place.folder));
	return true;
}

/** The lab of this name. Throws a SystemFailure when none is up. */
export function openLab(name: string): Lab {
	const place = placeOf(name);
	const file = optionsFile(place.folder);
	if (!existsSync(file)) {
		throw new SystemFailure(`no lab '${name}' is up`, {hint: `bring it up: farmctl lab up${nameFlag(name)}`});
	}

	return {place, topology: topologyOf(JSON.parse(readFileSync(file, 'utf8')) as LabOptions)};
}

const nameFlag = (name: string): string => name === 'lab' ? '' : ` --name ${name}`;

function alreadyThere(name: string, {processes, namespaces, hasFolder}: Remains): SystemFailure {
	const isWhole = hasFolder && processes.some(({role}) => /\/(?:daemon|server)$/.test(role));
	return isWhole
		? new SystemFailure(`the lab '${name}' is up already`, {hint: `use it: farmctl lab status${nameFlag(name)}; or take it down: farmctl lab down${nameFlag(name)}`})
		: new SystemFailure(`the lab '${name}' is half up: ${processes.length} processes, ${namespaces.length} namespaces${hasFolder ? ', its folder' : ''}`, {
			hint: `take down what is left: farmctl lab down${nameFlag(name)}`,
		});
}

/** Kills until none is left: a process may have started another one meanwhile. */
async function endProcesses(name: string): Promise<void> {
	for (let waitedMs = 0; ; waitedMs += 20) {
		const {processes} = await remainsOf(placeOf(name), name);
		if (processes.length === 0) {
			return;
		}

		if (waitedMs > endedMs) {
			throw new SystemFailure(`processes of the lab do not end: ${processes.map(({pid}) => pid).join(', ')}`);
		}

		for (const {pid} of processes) {
			kill(pid);
		}

		await delay(20);
	}
}

function kill(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw error;
		}
	}
}

function removeIfEmpty(folder: string): void {
	try {
		rmdirSync(folder);
	} catch {
		// Another lab is in it.
	}
}
