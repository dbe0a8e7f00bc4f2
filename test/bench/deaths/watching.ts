/** The thread that watches: for each `begin` it says the number of a new process, and when it knows that this has died. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {parentPort, workerData} from 'node:worker_threads';
import {openCheckParts} from '../../../src/edge/checks/parts.js';
import {createProber} from '../../../src/edge/checks/prober.js';
import {createCheckRunner} from '../../../src/edge/checks/runner.js';
import {createService} from '../../../src/edge/services/service.js';
import type {Watching} from './deaths.js';

const longMs = 3_600_000;
const {kind, folder} = workerData as Watching;
const pidFile = path.join(folder, 'pid');
const tell = (word: number | 'dead'): void => {
	parentPort!.postMessage(word);
};

const parts = openCheckParts({runDir: folder, pidOfService: async () => 'no services here'});
let pid = 0;
const runner = createCheckRunner({
	createProber: check => createProber(check, parts),
	told({result: {outcome}}) {
		tell(outcome === 'up' ? pid : 'dead');
	},
});

/** It is probed once: whatever is told then, the kernel has told. */
async function beginCheck(): Promise<void> {
	const child = spawn('sleep', ['1000'], {stdio: 'ignore'});
	await once(child, 'spawn');
	pid = child.pid!;
	writeFileSync(pidFile, String(pid));
	runner.begin({
		name: 'watched', probe: {type: 'process', by: {pidFile}, atLeast: 1, atMost: undefined}, intervalMs: longMs, jitterMs: 0, timeoutMs: longMs, rise: 1, fall: 1,
		initial: 'unknown', action: 'none', handler: undefined, when: 'up',
	}, 1);
}

const service = createService({
	name: 'supervised', run: {kind: 'command', command: ['sleep', '1000'], folder: undefined, environment: {}}, startTimeoutMs: longMs, stopTimeoutMs: longMs,
}, {
	environment: {},
	died() {
		tell('dead');
	},
	line() {},
	outputFile: '', watchProcess: () => () => undefined,
	note() {},
});

async function beginService(): Promise<void> {
	await service.start();
	tell(service.pid()!);
}

parentPort!.on('message', () => {
	void (kind === 'check' ? beginCheck() : beginService());
});
