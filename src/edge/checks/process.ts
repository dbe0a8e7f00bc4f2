/** As many processes run as should. Their deaths are told by the kernel and not waited for; a zombie is dead, and this very process is none of those counted. */

import {readFile} from 'node:fs/promises';
import process from 'node:process';
import type {Probe, ProcessKey} from '../../core/model/application.js';
import {isZombie, kernelName, lookAtProcess, lookAtProcesses, type ProcessFacts} from '../program/processes.js';
import {down, up, type Finding} from './port.js';
import {createProcessWatch, type ProcessWatch} from './process-watch.js';
import type {ProcessParts, Source} from './source.js';

type ProcessProbe = Extract<Probe, {type: 'process'}>;

/** Processes that run, or why none does where that is known. `what`: how they are called. */
type Found = {readonly what: string; readonly entries: readonly ProcessFacts[]; readonly reason?: string};

export function createProcessSource(probe: ProcessProbe, parts: ProcessParts): Source {
	let watch: ProcessWatch | undefined;
	const find = async (signal?: AbortSignal): Promise<Finding> => {
		const found = await findProcesses(probe.by, parts, signal);
		await watch?.follow(found.entries.filter(entry => !isZombie(entry)));
		return judge(probe, found);
	};

	return {
		find,
		watch(told) {
			watch = createProcessWatch(parts.deaths, async dead => {
				const finding = await find();
				if (finding.outcome !== 'up') {
					told({...finding, reason: `${dead} has died: ${finding.reason}`, isCertain: true});
				}
			});
		},
		async close() {
			watch?.close();
		},
	};
}

async function findProcesses(by: ProcessKey, parts: ProcessParts, signal?: AbortSignal): Promise<Found> {
	if ('name' in by) {
		const name = kernelName(by.name);
		return {what: `process ${by.name}`, entries: lookAtProcesses().filter(entry => entry.name === name && entry.pid !== process.pid)};
	}

	if ('pidFile' in by) {
		return ofPid(`process of ${by.pidFile}`, await readPidFile(by.pidFile));
	}

	return 'unit' in by
		? ofPid(`main process of ${by.unit}`, await parts.pidOfUnit(by.unit, signal))
		: ofPid(`process of the service ${by.service}`, await parts.pidOfService(by.service));
}

function ofPid(what: string, pid: number | string): Found {
	if (typeof pid === 'string') {
		return {what, entries: [], reason: pid};
	}

	const entry = lookAtProcess(pid);
	return entry === undefined ? {what, entries: [], reason: `there is no process ${pid}`} : {what, entries: [entry]};
}

/** The number, or why there is none. */
async function readPidFile(file: string): Promise<number | string> {
	try {
		const text = (await readFile(file, 'latin1')).slice(0, 100).trim();
		return /^[1-9]\d{0,9}$/u.test(text) ? Number(text) : `it does not hold the number of a process, but '${text}'`;
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		return code === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${code}`;
	}
}

function judge({atLeast, atMost}: ProcessProbe, {what, entries, reason}: Found): Finding {
	const living = entries.filter(entry => !isZombie(entry));
	const zombie = entries.find(entry => isZombie(entry));
	const [first] = living;
	if (living.length < atLeast) {
		const why = reason ?? zombieText(zombie);
		return down(`${first === undefined ? `no ${what}` : `${living.length} of ${atLeast} run: ${what}`}${why === undefined ? '' : `: ${why}`}`);
	}

	if (atMost !== undefined && living.length > atMost) {
		return down(`${living.length} run, more than ${atMost}: ${what}`);
	}

	const stopped = living.find(({state}) => state === 'T' || state === 't');
	const count = first !== undefined && living.length === 1 ? `${what} runs (pid ${first.pid})` : `${living.length} run: ${what}`;
	return up(count, stopped === undefined ? undefined : `process ${stopped.pid} is stopped (SIGSTOP or a debugger)`);
}

/** A child of this process is one for the moment only. */
function zombieText(zombie: ProcessFacts | undefined): string | undefined {
	if (zombie === undefined) {
		return undefined;
	}

	const {pid, parent} = zombie;
	return parent === process.pid ? `process ${pid} has ended` : `process ${pid} is a zombie: it has ended, and its parent (process ${parent}) has not taken note`;
}
