/** The thread of `createCensusApart`: looks when it is asked to, one look after the other, and says what it found. */

import {constants, getPriority, setPriority} from 'node:os';
import {parentPort} from 'node:worker_threads';
import type {Farm} from '../../core/model/farm.js';
import {KernelFailure} from '../../errors.js';
import {endTask, type CensusReport, type CensusTask} from './apart.js';
import type {CensusAnswer} from './port.js';

// Of this thread alone, as Linux has it. Before the modules load, which takes longest.
setPriority(Math.max(getPriority(), constants.priority.PRIORITY_NORMAL));
const {createKernelCensus} = await import('./kernel.js');
const census = createKernelCensus();
let farm: Farm | undefined;
let last: Promise<unknown> = Promise.resolve();
parentPort!.on('message', (task: CensusTask | typeof endTask) => {
	last = last.then(async () => {
		if (task === endTask) {
			// The last look ends inside a turn of its socket, which must not lose it there.
			setImmediate(() => {
				census.close();
				parentPort!.close();
			});
		} else {
			parentPort!.postMessage(await reportOn(task));
		}
	});
});

async function reportOn(task: CensusTask): Promise<CensusReport> {
	try {
		return {answer: await answerTo(task)};
	} catch (error) {
		return {message: (error as Error).message, errno: error instanceof KernelFailure ? error.errno : ''};
	}
}

async function answerTo(task: CensusTask): Promise<CensusAnswer | number> {
	if ('client' in task) {
		return census.countOf(task, task.client);
	}

	farm = task.farm ?? farm;
	return census.look(farm!, task.asked);
}
