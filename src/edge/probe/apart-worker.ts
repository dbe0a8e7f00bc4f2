/** The thread of `openProbe`. */

import {constants, getPriority, setPriority} from 'node:os';
import {parentPort, workerData} from 'node:worker_threads';
import type {ProbeNotice, ProbeWord} from './apart.js';
import type {Listen} from './server.js';

// Of this thread alone, as Linux has it: whoever asks is never before a heartbeat.
setPriority(Math.max(getPriority(), constants.priority.PRIORITY_NORMAL));
const [{createAsking}, {openProbeServer}] = await Promise.all([import('./asking.js'), import('./server.js')]);

const tell = (notice: ProbeNotice): void => {
	parentPort!.postMessage(notice);
};

const asking = createAsking({
	ask() {
		tell({kind: 'ask'});
	},
	nowMs: () => performance.now(),
});
parentPort!.on('message', (word: ProbeWord) => {
	asking.told(word);
});
try {
	const {port} = await openProbeServer({listen: workerData as Listen, report: asking.report});
	tell({kind: 'listening', port});
} catch (error) {
	tell({kind: 'refused', code: (error as NodeJS.ErrnoException).code ?? '', message: (error as Error).message});
}
