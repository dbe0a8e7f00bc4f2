/**
Runs a program to its end, which comes for certain: one that takes too long is asked to end, then killed, and one that even survives that is not waited for.
What it leaves in the background is killed with it, unless it is there to start something.
*/

import {performance} from 'node:perf_hooks';
import type {Command} from '../../core/model/application.js';
import {describeEnding, hasSucceeded, type Ending} from './ending.js';
import {launchCommand, type Launched, type LaunchOptions} from './launch.js';
import {atMost} from './wait.js';

/** Lines that are kept, the last ones. */
export const linesKeptMax = 20;

/** What is told to end has so long before it is killed. */
export const graceMsDefault = 1000;

/** Output that was printed before the end is waited for no longer than this, where something in the background holds it open. */
const outputMs = 200;

/** The kernel cannot end a process that waits for a dead disk; after so long it is not waited for. */
const killedMs = 2000;

export type RunOptions = LaunchOptions & {
	readonly timeoutMs: number;
	readonly graceMs?: number;
	/** Aborted: it is ended, and its ending is `given-up`. */
	readonly signal?: AbortSignal;
	/** What it started goes on when it has ended, and its output is read as long as it is open. */
	readonly isStarter?: boolean;
	/** Told its pid, where it could be started. */
	readonly begun?: (pid: number) => void;
};

export type CommandResult = {
	readonly ending: Ending;
	readonly hasSucceeded: boolean;
	/** The last `linesKeptMax` lines that it printed, of both streams. */
	readonly lines: readonly string[];
	/** One line for people, with the last line that it printed where it failed: `ended with status 1: no space left on device`. */
	readonly reason: string;
	/** Whether it left processes behind that had to be killed. */
	readonly hasLeftovers: boolean;
	readonly tookMs: number;
};

/** Never rejects. */
export async function runCommand(command: Command, {timeoutMs, graceMs = graceMsDefault, signal, isStarter = false, begun, ...options}: RunOptions): Promise<CommandResult> {
	const begunAt = performance.now();
	const lines: string[] = [];
	const program = launchCommand(command, {
		...options,
		line(line, stream) {
			lines.push(line);
			lines.splice(0, lines.length - linesKeptMax);
			options.line?.(line, stream);
		},
	});
	if (program.pid !== undefined) {
		begun?.(program.pid);
	}

	const ending = await endOf(program, {timeoutMs, graceMs, signal});
	const hasLeftovers = !isStarter && program.sweep();
	await atMost(outputMs, program.silent);
	if (!isStarter) {
		program.deafen();
	}

	const last = lines.at(-1);
	return {
		ending,
		hasSucceeded: hasSucceeded(ending),
		lines: [...lines],
		reason: `${describeEnding(ending)}${hasSucceeded(ending) || last === undefined ? '' : `: ${last}`}`,
		hasLeftovers,
		tookMs: performance.now() - begunAt,
	};
}

async function endOf(program: Launched, {timeoutMs, graceMs, signal}: {readonly timeoutMs: number; readonly graceMs: number; readonly signal: AbortSignal | undefined}): Promise<Ending> {
	const {promise: isOver, resolve: tellOver} = Promise.withResolvers<Ending>();
	const timer = setTimeout(() => {
		tellOver({kind: 'timeout', afterMs: timeoutMs});
	}, timeoutMs);
	const giveUp = (): void => {
		tellOver({kind: 'given-up'});
	};

	signal?.addEventListener('abort', giveUp, {once: true});
	if (signal?.aborted) {
		giveUp();
	}

	const first = await Promise.race([program.ended, isOver]);
	clearTimeout(timer);
	signal?.removeEventListener('abort', giveUp);
	if (first.kind === 'timeout' || first.kind === 'given-up') {
		program.terminate(graceMs);
		await atMost(graceMs + killedMs, program.ended);
	}

	return first;
}
