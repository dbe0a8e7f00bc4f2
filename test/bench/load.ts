/**
A program that asks a web server again and again, a new connection each time, and prints how many answers it got.

	node load.js TARGET MS SOURCE...
*/

import net from 'node:net';
import process from 'node:process';
import {servedPort} from '../../src/core/lab/topology.js';

const connectionsAtOnce = 16;

const [target = '', ms = '0', ...sources] = process.argv.slice(2);
const end = performance.now() + Number(ms);
let answers = 0;
let next = 0;

async function ask(): Promise<void> {
	return new Promise((resolve, reject) => {
		const socket = net.connect({
			host: target, port: servedPort, localAddress: sources[next++ % sources.length], noDelay: true,
		}, () => {
			socket.write('GET / HTTP/1.1\r\nHost: bench\r\n\r\n');
		});
		socket.once('data', () => {
			answers++;
		});
		socket.once('error', reject);
		socket.once('close', () => {
			resolve();
		});
	});
}

await Promise.all(Array.from({length: connectionsAtOnce}, async () => {
	while (performance.now() < end) {
		await ask();
	}
}));
process.stdout.write(`${answers}\n`);
