/** The thread of `loadFarmApart`: reads and checks the file that it is given, says what came of it, and ends. It never sees a key. */

import {constants, getPriority, setPriority} from 'node:os';
import {parentPort, workerData} from 'node:worker_threads';
import {ConfigFailure, SystemFailure} from '../../errors.js';
import type {LoadReport, LoadTask} from './load-apart.js';

// Of this thread alone, as Linux has it: the thread that started it shall not share its processor with this one. Before the modules load, which takes longest.
setPriority(Math.max(getPriority(), constants.priority.PRIORITY_NORMAL));
const {farmOf, loadFarm} = await import('./load.js');
parentPort!.postMessage(await reportOn(workerData as LoadTask));

async function reportOn({file, text}: LoadTask): Promise<LoadReport> {
	try {
		const {farm} = text === undefined ? await loadFarm(file) : farmOf(text, file);
		return {farm};
	} catch (error) {
		return {failure: partsOf(error)};
	}
}

/** Throws what is no failure of `loadFarm`: then the thread fails. */
function partsOf(error: unknown): Extract<LoadReport, {failure: unknown}>['failure'] {
	if (!(error instanceof ConfigFailure || error instanceof SystemFailure)) {
		throw error;
	}

	const {message, hint} = error;
	const parts = {message, ...hint !== undefined && {hint}};
	return error instanceof ConfigFailure ? {...parts, code: error.code, problems: error.problems} : {...parts, code: error.code};
}
