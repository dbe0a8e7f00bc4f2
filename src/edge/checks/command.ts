/** A program ends with status 0. One that is not done in time is ended, with all that it started. */

import {performance} from 'node:perf_hooks';
import type {Command} from '../../core/model/application.js';
import type {CommandResult} from '../program/run.js';
import {createFloodGuard} from './flood.js';
import {down, timedOut, up, type Finding} from './port.js';
import {createProgramTurns, type ProgramTurns} from './program-turns.js';
import {settleOnce} from './settle.js';
import type {Source} from './source.js';

/** In the environment of a check's program: the name of the check. */
export const checkVariable = 'FARMCTL_CHECK';

export function createCommandSource(command: Command, name: string): Source {
	const turns = createProgramTurns();
	return {
		async find(signal) {
			const hindrance = await turns.hindrance(signal);
			return hindrance === undefined ? runOnce(command, {name, turns, signal}) : timedOut(`${command[0]}: ${hindrance}`);
		},
		close: turns.close,
	};
}

type Running = {readonly name: string; readonly turns: ProgramTurns; readonly signal: AbortSignal};

async function runOnce(command: Command, {name, turns, signal}: Running): Promise<Finding> {
	const flooded = new AbortController();
	const isFlood = createFloodGuard();
	let lastLine = '';
	const ended = turns.run(command, {
		signal: AbortSignal.any([signal, flooded.signal]),
		environment: {[checkVariable]: name},
		line(line) {
			lastLine = line;
			if (isFlood(line, performance.now())) {
				flooded.abort();
			}
		},
	});
	const [program] = command;
	return settleOnce(signal, () => `${program} has not ended, and is ended now${lastLine === '' ? '' : `; it said: ${lastLine}`}`, settle => {
		flooded.signal.addEventListener('abort', () => {
			settle(down(`${program} prints without end, and was ended`));
		});
		void ended.then(result => {
			settle(judge(program!, result));
		});
		return () => undefined;
	});
}

const judge = (program: string, {hasSucceeded, reason, hasLeftovers}: CommandResult): Finding => hasSucceeded
	? up(`${program} ${reason}`, hasLeftovers ? `${program} left processes behind, which were killed` : undefined)
	: down(`${program} ${reason}`);
