/**
A program that asks a web server again and again, a new connection each time, and prints how many answers it got.

	node load.js TARGET MS [:PORT] SOURCE...
*/

import net from 'node:net';
import process from 'node:process';
import {servedPort} from '../../src/core/lab/topology.js';

const connectionsAtOnce = 16;

const [target = '', ms = '0', ...words] = process.argv.slice(2);
const sources = words.filter(word => !word.startsWith(':'));
const port = Number(words.find(word => word.startsWith(':'))?.slice(1) ?? servedPort);
const end = performance.now() + Number(ms);
let answers = 0;
let next = 0;

async function ask(): Promise<void> {
	return new Promise((resolve, reject) => {
		const socket = net.connect({
			host: target, port, localAddress: sources[next++ % sources.length], noDelay: true,
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
