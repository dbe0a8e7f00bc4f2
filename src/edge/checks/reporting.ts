/**
A program that runs on and says what it finds: lines `up` or `down`, with a reason behind a blank. What it said last holds until it says something else or ends;
when it has ended, the next probe starts it again.
*/

import {performance} from 'node:perf_hooks';
import type {Command} from '../../core/model/application.js';
import {describeEnding} from '../program/ending.js';
import {launchCommand, type Launched} from '../program/launch.js';
import {graceMsDefault} from '../program/run.js';
import {atMost} from '../program/wait.js';
import {checkVariable} from './command.js';
import {createFloodGuard} from './flood.js';
import {down, up, type Finding} from './port.js';
import {settleOnce} from './settle.js';
import type {Source} from './source.js';

/** However fast it talks, no more is told than one report in so long. */
export const reportMs = 100;

/** Output is waited for no longer than this, where something that cannot be ended holds it open. */
const lastWordsMs = 200;

export function createReportingSource(command: Command, name: string): Source {
	const [program] = command;
	const listeners = new Set<(finding: Finding) => void>();
	let told: ((finding: Finding) => void) | undefined;
	let running: Launched | undefined;
	let said: Finding | undefined;
	let pause: NodeJS.Timeout | undefined;
	let isClosed = false;

	const tell = (): void => {
		const finding = said;
		pause = setTimeout(() => {
			pause = undefined;
			if (said !== finding) {
				tell();
			}
		}, reportMs);
		if (finding !== undefined) {
			told?.(finding);
		}
	};

	const say = (finding: Finding): void => {
		said = finding;
		const isProbed = listeners.size > 0;
		for (const listener of listeners) {
			listener(finding);
		}

		// What a probe has waited for is its result, and told as such.
		if (pause === undefined && !isProbed && !isClosed) {
			tell();
		}
	};

	const start = (): void => {
		const isFlood = createFloodGuard();
		let lastLine = '';
		const started = launchCommand(command, {
			environment: {[checkVariable]: name},
			line(line, stream) {
				lastLine = line;
				if (isFlood(line, performance.now())) {
					started.terminate(0);
					started.deafen();
					lastLine = 'it printed without end';
				} else if (stream === 'stdout') {
					say(parseReport(line) ?? {...said ?? down(`${program} has said neither up nor down`), warning: `${program} said what is neither up nor down: ${line}`});
				}
			},
		});
		running = started;
		said = undefined;
		void started.ended.then(async ending => {
			started.sweep();
			// What it said before its end comes before that.
			await atMost(lastWordsMs, started.silent);
			started.deafen();
			running = undefined;
			say(down(`${program} ${describeEnding(ending)}, and should run on${lastLine === '' ? '' : `: ${lastLine}`}`));
		});
	};

	return {
		async find(signal) {
			if (running === undefined) {
				start();
			}

			return said ?? settleOnce(signal, () => `${program} has said neither up nor down yet`, settle => {
				listeners.add(settle);
				return () => {
					listeners.delete(settle);
				};
			});
		},
		watch(listener) {
			told = listener;
		},
		async close() {
			isClosed = true;
			clearTimeout(pause);
			running?.terminate(graceMsDefault);
			await running?.ended;
		},
	};
}

/** Undefined for what is no report. */
function parseReport(line: string): Finding | undefined {
	const [, word, reason = ''] = /^(up|down)(?:\s(.*))?$/iu.exec(line) ?? [];
	if (word === undefined) {
		return undefined;
	}

	return word.toLowerCase() === 'up' ? up(reason === '' ? 'says up' : reason) : down(reason === '' ? 'says down' : reason);
}
