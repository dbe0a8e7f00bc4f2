/**
A program that runs on and says what it finds: lines `up` or `down`, with a reason behind a blank. What it said last holds until it says something else or ends;
when it has ended, the next probe starts it again.
*/

import {performance} from 'node:perf_hooks';
import type {Command} from '../../core/model/application.js';
import {describeEnding} from '../program/ending.js';
import {launchCommand, type Launched} from '../program/launch.js';
import {skippedLine} from '../program/lines.js';
import {graceMsDefault} from '../program/run.js';
import {atMost} from '../program/wait.js';
import {checkVariable} from './command.js';
import {createFloodGuard} from './flood.js';
import {down, up, type Finding} from './port.js';
import {settleOnce} from './settle.js';
import type {Source} from './source.js';

/** One that printed without end is not started again before this is over: between two floods it would pass for up. */
export const floodRestMs = 60_000;

/** However fast it talks, no more is told than one report in so long. */
export const reportMs = 100;

/** Output is waited for no longer than this, where something that cannot be ended holds it open. */
const lastWordsMs = 200;

export function createReportingSource(command: Command, name: string): Source {
	const program = new ReportingProgram(command, name);
	return {
		find: async signal => program.find(signal),
		watch(told) {
			program.told = told;
		},
		close: async () => program.close(),
	};
}

class ReportingProgram {
	/** Of what nobody has asked for. */
	told: ((finding: Finding) => void) | undefined;
	readonly #command: Command;
	readonly #check: string;
	/** Probes that wait for its first report. */
	readonly #waiting = new Set<(finding: Finding) => void>();
	#running: Launched | undefined;
	#said: Finding | undefined;
	#pause: NodeJS.Timeout | undefined;
	#isClosed = false;
	/** Monotonic milliseconds. */
	#restsUntil = -Infinity;

	constructor(command: Command, check: string) {
		this.#command = command;
		this.#check = check;
	}

	async find(signal: AbortSignal): Promise<Finding> {
		if (this.#running === undefined && !this.#isClosed && performance.now() >= this.#restsUntil) {
			this.#start();
		}

		return this.#said ?? settleOnce(signal, () => `${this.#program} has said neither up nor down yet`, settle => {
			this.#waiting.add(settle);
			return () => {
				this.#waiting.delete(settle);
			};
		});
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#pause);
		this.#running?.terminate(graceMsDefault);
		await this.#running?.ended;
	}

	get #program(): string {
		return this.#command[0]!;
	}

	#start(): void {
		const isFlood = createFloodGuard();
		let lastLine = '';
		let isFlooding = false;
		const started = launchCommand(this.#command, {
			environment: {[checkVariable]: this.#check},
			line: (line, stream) => {
				lastLine = line;
				if (isFlood(line, performance.now())) {
					isFlooding = true;
					this.#restsUntil = performance.now() + floodRestMs;
					started.terminate(0);
					started.deafen();
				} else if (stream === 'stdout' && line !== skippedLine) {
					this.#say(parseReport(line) ?? this.#strange(line));
				}
			},
		});
		this.#running = started;
		this.#said = undefined;
		void started.ended.then(async ending => {
			started.sweep();
			// What it said before its end comes before that.
			await atMost(lastWordsMs, started.silent);
			started.deafen();
			this.#running = undefined;
			const how = isFlooding ? 'printed without end, and was ended' : `${describeEnding(ending)}, and should run on${lastLine === '' ? '' : `: ${lastLine}`}`;
			this.#say(down(`${this.#program} ${how}`));
		});
	}

	/** What it said before holds, with a warning. */
	#strange(line: string): Finding {
		return {...this.#said ?? down(`${this.#program} has said neither up nor down`), warning: `${this.#program} said what is neither up nor down: ${line}`};
	}

	/** What a probe has waited for is its result, and told as such. */
	#say(finding: Finding): void {
		const isAskedFor = this.#waiting.size > 0;
		this.#said = finding;
		for (const settle of this.#waiting) {
			settle(finding);
		}

		if (this.#pause === undefined && !isAskedFor && !this.#isClosed) {
			this.#tell(finding);
		}
	}

	#tell(finding: Finding): void {
		this.told?.(finding);
		this.#pause = setTimeout(() => {
			this.#pause = undefined;
			if (this.#said !== undefined && this.#said !== finding) {
				this.#tell(this.#said);
			}
		}, reportMs);
	}
}

/** Undefined for what is no report. */
function parseReport(line: string): Finding | undefined {
	const [, word, reason = ''] = /^(up|down)(?:\s(.*))?$/iu.exec(line) ?? [];
	if (word === undefined) {
		return undefined;
	}

	return word.toLowerCase() === 'up' ? up(reason === '' ? 'says up' : reason) : down(reason === '' ? 'says down' : reason);
}
