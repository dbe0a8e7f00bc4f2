/** `loadFarm` in a thread of its own, for a program that has no time while a large configuration is read and checked. The thread lives as long as that. */

import {Worker} from 'node:worker_threads';
import type {Farm} from '../../core/model/farm.js';
import {ConfigFailure, SystemFailure} from '../../errors.js';

/** A thread that has not ended by then waits for a disk that does not answer. */
export const loadTimeMsMax = 60_000;

/** What the thread says: plain data, as no class survives the way between threads. */
export type LoadReport = {readonly farm: Farm} | {readonly failure: ConfigFailureParts | SystemFailureParts};

type FailureParts = {readonly message: string; readonly hint?: string};
type ConfigFailureParts = FailureParts & {readonly code: 'config'; readonly problems: readonly unknown[]};
type SystemFailureParts = FailureParts & {readonly code: 'system'};

/** Where there is no text the file is read. */
export type LoadTask = {readonly file: string; readonly text?: string};

export type ApartOptions = {readonly text?: string; readonly entry?: URL; readonly timeMsMax?: number};

const workerEntry = new URL('load-apart-worker.js', import.meta.url);

/** As `loadFarmApart`, of a text that is to stand in that file. */
export const farmOfApart = async (text: string, file: string): Promise<Farm> => loadFarmApart(file, {text});

/** The farm of `loadFarm`, when its thread has ended. Rejects as `loadFarm` does, and with a SystemFailure when the thread fails or takes too long. */
export async function loadFarmApart(file: string, {text, entry = workerEntry, timeMsMax = loadTimeMsMax}: ApartOptions = {}): Promise<Farm> {
	const report = await reportOf({file, ...text !== undefined && {text}}, entry, timeMsMax);
	if ('farm' in report) {
		return report.farm;
	}

	const {message, ...options} = report.failure;
	throw options.code === 'config' ? new ConfigFailure(message, options) : new SystemFailure(message, options);
}

async function reportOf(task: LoadTask, entry: URL, timeMsMax: number): Promise<LoadReport> {
	const {promise, resolve, reject} = Promise.withResolvers<LoadReport>();
	const worker = new Worker(entry, {workerData: task});
	const {file} = task;
	const fail = (why: string, cause?: unknown): void => {
		reject(new SystemFailure(`cannot check '${file}': ${why}`, {hint: `to see what it says: farmctl config check --config ${file}`, cause}));
	};

	const timer = setTimeout(() => {
		fail(`it took longer than ${timeMsMax} ms`);
		void worker.terminate();
	}, timeMsMax);
	let report: LoadReport | undefined;
	worker.on('message', (message: LoadReport) => {
		report = message;
	});
	worker.on('error', error => {
		fail(error instanceof Error ? error.message : String(error), error);
	});
	worker.on('exit', () => {
		clearTimeout(timer);
		if (report === undefined) {
			fail('its thread ended without an answer');
		} else {
			resolve(report);
		}
	});
	return promise;
}
