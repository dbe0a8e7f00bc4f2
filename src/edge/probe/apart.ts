/**
The probe endpoint in a thread of its own: anybody may ask it as often as they like, and no heartbeat waits for that. It asks the daemon how the node is
when somebody wants to know; a daemon that does not say is not UP.
*/

import {Worker} from 'node:worker_threads';
import {SystemFailure} from '../../errors.js';
import type {OpenProbe, ProbeEndpoint, ProbeParts} from './port.js';
import type {ProbeReport} from './report.js';
import type {Listen} from './server.js';

/** What the thread tells. */
export type ProbeNotice = {readonly kind: 'listening'; readonly port: number} | {readonly kind: 'refused'; readonly code: string; readonly message: string} | {readonly kind: 'ask'};

/** What it is told. */
export type ProbeWord = ProbeReport;

export const openProbe: OpenProbe = async parts => {
	const {promise, resolve, reject} = Promise.withResolvers<ProbeEndpoint>();
	const worker = new Worker(new URL('apart-worker.js', import.meta.url), {workerData: parts.listen satisfies Listen});
	let isClosed = false;
	const close = async (): Promise<void> => {
		isClosed = true;
		await worker.terminate();
	};

	const lost = (why: string): void => {
		reject(new SystemFailure(`the probe endpoint does not start: ${why}`));
		if (isClosed) {
			return;
		}

		isClosed = true;
		parts.lost(why);
	};

	worker.on('message', (notice: ProbeNotice) => {
		switch (notice.kind) {
			case 'ask': {
				worker.postMessage(parts.report() satisfies ProbeWord);
				return;
			}

			case 'listening': {
				// The daemon's life does not hang on it.
				worker.unref();
				resolve({port: notice.port, close});
				return;
			}

			case 'refused': {
				reject(refusal(parts, notice));
				void close();
				return;
			}

			default: {
				notice satisfies never;
			}
		}
	});
	worker.on('error', error => {
		lost(error instanceof Error ? error.message : String(error));
	});
	worker.on('exit', () => {
		lost('its thread has ended');
	});
	return promise;
};

function refusal({listen: {address, port}}: Pick<ProbeParts, 'listen'>, {code, message}: {readonly code: string; readonly message: string}): SystemFailure {
	const where = `${address.includes(':') ? `[${address}]` : address}:${port}`;
	switch (code) {
		case 'EADDRINUSE': {
			return new SystemFailure(`the probe endpoint cannot listen on ${where}: another program does`, {hint: `see which: ss -ltnp 'sport = :${port}'; or give 'probe' another port`});
		}

		case 'EADDRNOTAVAIL': {
			return new SystemFailure(`the probe endpoint cannot listen on ${where}: this machine has no such address`, {hint: 'see what it has: ip address; 0.0.0.0 and [::] stand for any that it has'});
		}

		default: {
			return new SystemFailure(`the probe endpoint cannot listen on ${where}: ${message}`, {hint: 'see the key \'probe\' in farmctl.conf(5)'});
		}
	}
}
