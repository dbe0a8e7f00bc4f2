/**
Which processes are the supervised services, noted in the run dir: a daemon that crashes leaves them running with nobody to supervise them, and the next one
ends them before it starts its own. A process is known by its pid and the time it started, in this life of the machine.
*/

import {readFileSync} from 'node:fs';
import {livingOf, lookAtProcess, signalProcess, type ProcessFacts} from '../program/processes.js';
import {until} from '../program/wait.js';
import {readState, writeState} from '../state/state-folder.js';

const fileName = 'services.json';

/** How often it is looked whether they have ended. */
const lookMs = 50;

/** What is killed is gone within this time. */
const killedMs = 2000;

type Noted = {readonly service: string; readonly pid: number; readonly startTicks: number};

type Notes = {readonly boot: string; readonly services: readonly Noted[]};

/** The machine's life, as a word of the kernel's; another one after each boot. */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

export type ServiceNotes = {
	/** `pid` undefined: it has ended. Throws a SystemFailure when it cannot be written. */
	readonly note: (service: string, pid: number | undefined) => void;
};

export function createServiceNotes(runDir: string): ServiceNotes {
	const boot = bootId();
	let services: readonly Noted[] = [];
	return {
		note(service, pid) {
			const others = services.filter(one => one.service !== service);
			const facts = pid === undefined ? undefined : lookAtProcess(pid);
			services = facts === undefined ? others : [...others, {service, pid: facts.pid, startTicks: facts.startTicks}];
			const notes: Notes = {boot, services};
			writeState(runDir, fileName, `${JSON.stringify(notes)}\n`);
		},
	};
}

/** The process of a supervised service whose daemon noted it in its run dir, and which has not ended. */
export function notedProcess(runDir: string, service: string): number | undefined {
	const noted = readNotes(runDir).find(one => one.service === service);
	return noted !== undefined && lookAtProcess(noted.pid)?.startTicks === noted.startTicks ? noted.pid : undefined;
}

/** Ends what an earlier daemon supervised, all that it started too: asks, and kills what has not ended after `graceMs`. Returns the names of the services. */
export async function endLeftovers(runDir: string, graceMs: number): Promise<string[]> {
	const left = readNotes(runDir).map(({service, ...noted}) => ({service, processes: () => processesOf(noted)})).filter(({processes}) => processes().length > 0);
	const all = (): ProcessFacts[] => left.flatMap(({processes}) => processes());
	for (const {pid} of all()) {
		signalProcess(pid, 'SIGTERM');
		signalProcess(pid, 'SIGCONT');
	}

	if (left.length > 0 && !await until(async () => all().length === 0, {ms: graceMs, everyMs: lookMs})) {
		for (const {pid} of all()) {
			signalProcess(pid, 'SIGKILL');
		}

		await until(async () => all().length === 0, {ms: killedMs, everyMs: lookMs});
	}

	return left.map(({service}) => service);
}

/** A session is its leader's pid; where that is another process meanwhile, so is the session. */
function processesOf({pid, startTicks}: Omit<Noted, 'service'>): ProcessFacts[] {
	const leader = lookAtProcess(pid);
	return leader !== undefined && leader.startTicks !== startTicks ? [] : livingOf(pid);
}

/** Notes that cannot be understood, or are of an earlier life of the machine, name nothing that runs. */
function readNotes(runDir: string): readonly Noted[] {
	try {
		const {boot, services} = JSON.parse(readState(runDir, fileName) ?? '{}') as Partial<Notes>;
		return boot === bootId() && Array.isArray(services) ? services.filter(one => isNoted(one)) : [];
	} catch {
		return [];
	}
}

const isNoted = (value: unknown): value is Noted => {
	const {service, pid, startTicks} = (value ?? {}) as Partial<Noted>;
	return typeof service === 'string' && Number.isSafeInteger(pid) && pid! > 1 && Number.isSafeInteger(startTicks);
};
