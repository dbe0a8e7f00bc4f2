/** The thread of the application: the only place where its life is joined with real services, checks and hooks. */

import {constants, getPriority, setPriority} from 'node:os';
import {parentPort, workerData} from 'node:worker_threads';
import type {ApplicationNotice, ApplicationTask, ApplicationWord} from './words.js';

// Of this thread alone, as Linux has it, and of what it starts. Before the modules load, which takes longest.
setPriority(Math.max(getPriority(), constants.priority.PRIORITY_NORMAL));
const [{attendApplication}, {Failure}] = await Promise.all([import('./attend.js'), import('../../errors.js')]);

const words: ApplicationWord[] = [];
let take = (word: ApplicationWord): void => {
	words.push(word);
};

parentPort!.on('message', (word: ApplicationWord) => {
	take(word);
});
take = await attendApplication(workerData as ApplicationTask, (notice: ApplicationNotice) => {
	parentPort!.postMessage(notice);
}).catch((error: unknown) => {
	// Its class, and with it the hint, does not survive the way between threads.
	throw error instanceof Failure && error.hint !== undefined ? new Error(`${error.message}; ${error.hint}`, {cause: error}) : error;
});
for (const word of words) {
	take(word);
}
