import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {Service} from '../../../src/core/model/application.js';
import {lookAtProcess} from '../../../src/edge/program/processes.js';
import type {ServiceControl} from '../../../src/edge/services/port.js';
import {createService} from '../../../src/edge/services/service.js';

/** Long beside everything that must merely happen. */
export const longMs = 60_000;

export const shell = (text: string, ...words: readonly string[]): readonly string[] => ['sh', '-c', text, 'sh', ...words];

export const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'farmctl-services-'));

export type Opened = {
	readonly service: ServiceControl;
	readonly deaths: string[];
	readonly lines: string[];
	readonly notes: Array<number | undefined>;
};

export function openService(run: Service['run'], options: Partial<Service> = {}): Opened {
	const deaths: string[] = [];
	const lines: string[] = [];
	const notes: Array<number | undefined> = [];
	const service = createService({
		name: 'app', run, startTimeoutMs: longMs, stopTimeoutMs: longMs, ...options,
	}, {
		environment: {FARMCTL_NODE: 'web1'},
		died(reason) {
			deaths.push(reason);
		},
		line(line) {
			lines.push(line);
		},
		watchProcess,
		outputFile: path.join(newFolder(), 'services', 'app.log'),
		note(pid) {
			notes.push(pid);
		},
	});
	return {
		service, deaths, lines, notes,
	};
}

function watchProcess(pid: number, gone: () => void): () => void {
	const timer = setInterval(() => {
		if (isAlive(pid)) {
			return;
		}

		clearInterval(timer);
		gone();
	}, 5);
	return () => {
		clearInterval(timer);
	};
}

export const isAlive = (pid: number): boolean => !['Z', 'X', undefined].includes(lookAtProcess(pid)?.state);

export async function eventually(isSo: () => boolean): Promise<boolean> {
	for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
		if (isSo()) {
			return true;
		}

		await delay(10);
	}

	return false;
}
