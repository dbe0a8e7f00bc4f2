/**
A service that scripts start and stop. What the start script leaves running is the service; whether it runs is what the status script says, and without one
what the scripts' exit statuses said.
*/

import {formatDuration} from '../../core/status/format.js';
import {livingOf, signalProcess} from '../program/processes.js';
import {runCommand, type CommandResult} from '../program/run.js';
import {until} from '../program/wait.js';
import {createOutputFile} from './output-file.js';
import type {OpenService, ServiceControl, ServiceOutcome, ServiceParts} from './port.js';
import {createVigil} from './vigil.js';

/** A status script that takes longer says nothing. */
const statusTimeoutMs = 10_000;

/** How often it is asked while a start or a stop is awaited. */
const lookMs = 200;

export function createScriptsService({run, startTimeoutMs, stopTimeoutMs}: OpenService<'scripts'>, {environment, died, line, outputFile, watchProcess}: ServiceParts): ServiceControl {
	let starting: AbortController | undefined;
	let stopping: AbortController | undefined;
	/** Of the start script: what it started and did not leave it belongs to the service. */
	let session: number | undefined;
	let lastLine = '';
	const output = createOutputFile(outputFile, text => {
		lastLine = text;
		line(text);
	});

	const status = async (signal?: AbortSignal): Promise<CommandResult | undefined> => run.status === undefined
		? undefined
		: runCommand(run.status, {timeoutMs: statusTimeoutMs, environment, ...signal !== undefined && {signal}});

	const vigil = createVigil({
		watchProcess,
		async look() {
			const said = await status();
			return said === undefined || said.hasSucceeded || said.ending.kind === 'timeout' ? {runs: true} : {runs: false, reason: `does not run: its status script ${said.reason}`};
		},
		died,
	});

	const runStart = async (signal: AbortSignal): Promise<CommandResult> => {
		lastLine = '';
		const result = await runCommand(run.start, {
			timeoutMs: startTimeoutMs, environment, signal, outputFile, isStarter: true, begun(pid) {
				session = pid;
			},
		});
		output.read();
		return result;
	};

	const beginVigil = (): void => {
		if (run.status !== undefined) {
			vigil.begin(undefined);
		}
	};

	const force = async (why: string): Promise<ServiceOutcome> => {
		const left = session === undefined ? [] : livingOf(session);
		for (const {pid} of left) {
			signalProcess(pid, 'SIGKILL');
		}

		const isStopped = left.length > 0 || run.status === undefined ? left.length > 0 : (await status())?.hasSucceeded === false;
		return {hasSucceeded: isStopped, reason: left.length > 0 ? `${why}; what the start script had started was killed` : why};
	};

	const stop = async (): Promise<ServiceOutcome> => {
		vigil.end();
		starting?.abort();
		stopping = new AbortController();
		const {signal} = stopping;
		const result = await runCommand(run.stop, {
			timeoutMs: stopTimeoutMs, environment, line, signal,
		});
		if (!result.hasSucceeded) {
			return force(`the stop script ${result.reason}`);
		}

		const isDown = await until(async () => (await status())?.hasSucceeded !== true, {
			ms: stopTimeoutMs - result.tookMs, everyMs: lookMs, signal,
		});
		return isDown ? {hasSucceeded: true, reason: ''} : force(`still runs after ${formatDuration(stopTimeoutMs)}, says its status script`);
	};

	const ended = async (work: Promise<ServiceOutcome>): Promise<ServiceOutcome> => work.finally(output.close);

	const isUp = async (signal: AbortSignal): Promise<boolean> => (await status(signal))?.hasSucceeded ?? true;

	return {
		async adopt() {
			const isRunning = (await status())?.hasSucceeded ?? false;
			if (isRunning) {
				output.follow({isOld: true});
				beginVigil();
			}

			return isRunning;
		},
		async start() {
			starting = new AbortController();
			const {signal} = starting;
			const problem = output.clear();
			if (problem !== '') {
				return {hasSucceeded: false, reason: problem};
			}

			const result = await runStart(signal);
			output.follow({isOld: false});
			if (!result.hasSucceeded) {
				return {hasSucceeded: false, reason: `the start script ${result.reason}${lastLine === '' ? '' : `: ${lastLine}`}`};
			}

			if (!await until(async () => isUp(signal), {ms: startTimeoutMs - result.tookMs, everyMs: lookMs, signal}) || signal.aborted) {
				return {hasSucceeded: false, reason: `does not run after ${formatDuration(startTimeoutMs)}, says its status script`};
			}

			beginVigil();
			return {hasSucceeded: true, reason: ''};
		},
		stop: async () => ended(stop()),
		async kill() {
			vigil.end();
			starting?.abort();
			stopping?.abort();
			return ended(force('was killed'));
		},
		pid: () => undefined,
		async leave() {
			vigil.end();
			output.close();
			starting?.abort();
		},
	};
}
