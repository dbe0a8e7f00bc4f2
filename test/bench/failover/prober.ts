/** The probe as seen from outside: started on a lab's client host and asked line by line. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {bareAddress, echoPort, type Topology} from '../../../src/core/lab/topology.js';
import type {Look} from './probe.js';

const program = path.join(import.meta.dirname, 'probe.js');

/** Between two requests of one client. All clients together ask a few thousand times a second: more, and the probe would measure itself. */
export const requestIntervalMs = 5;

export type Prober = {
	/** Counts anew. */
	readonly begin: () => Promise<Look>;
	/** What the clients have seen since. */
	readonly look: () => Promise<Look>;
	readonly end: () => Promise<void>;
};

/** Starts to ask the lab's first VIP from every client address of its family, which is IPv4. */
export function startProber({client, vips}: Topology): Prober {
	const clients = client.addresses.map(address => bareAddress(address)).filter(address => !address.includes(':'));
	const child = spawn('ip', [
		'netns', 'exec', client.namespace, process.execPath, program, bareAddress(vips[0]!), String(echoPort), String(requestIntervalMs), ...clients,
	], {stdio: ['pipe', 'pipe', 'inherit']});
	const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
	const ask = async (line: string): Promise<Look> => {
		child.stdin.write(`${line}\n`);
		const {value, done} = await lines.next() as {value: string; done: boolean};
		if (done) {
			throw new Error(`the probe has ended (${child.exitCode ?? child.signalCode})`);
		}

		return JSON.parse(value) as Look;
	};

	return {
		begin: async () => ask('begin'),
		look: async () => ask('look'),
		async end() {
			if (child.exitCode !== null || child.signalCode !== null) {
				return;
			}

			const closed = once(child, 'close');
			child.stdin.end();
			await closed;
		},
	};
}
