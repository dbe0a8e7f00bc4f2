/** The thread of `programsApart`: starts each program that it is told, and says what came of it. */

import {parentPort} from 'node:worker_threads';
import {SystemFailure} from '../../../errors.js';
import type {ProgramCall, ProgramReport} from './programs-apart.js';
import {startProgram} from './programs.js';

parentPort!.on('message', (call: ProgramCall) => {
	void answer(call);
});

async function answer({id, program, words, input}: ProgramCall): Promise<void> {
	parentPort!.postMessage(await reportOn(id, startProgram(program, words, input)));
}

async function reportOn(id: number, running: ReturnType<typeof startProgram>): Promise<ProgramReport> {
	try {
		return {id, result: await running};
	} catch (error) {
		const {message} = error as Error;
		return {id, failure: {message, ...error instanceof SystemFailure && error.hint !== undefined && {hint: error.hint}}};
	}
}
