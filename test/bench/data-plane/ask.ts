/**
A program that asks a lab's web server from many addresses on connections that it keeps, one request at a time on each, and prints how many answers it got.

	node ask.js TARGET PORT MS SOURCE...
*/

import net from 'node:net';
import process from 'node:process';

const connectionsCount = 32;

const [target = '', port = '', ms = '0', ...sources] = process.argv.slice(2);
let answers = 0;
let isOver = false;

async function open(index: number): Promise<net.Socket> {
	return new Promise((resolve, reject) => {
		const socket = net.connect({
			host: target, port: Number(port), localAddress: sources[index % sources.length], noDelay: true,
		}, () => {
			socket.write('GET /echo HTTP/1.1\r\nHost: bench\r\n\r\n');
		});
		socket.once('error', reject);
		socket.once('data', () => {
			resolve(socket);
		});
	});
}

const sockets = await Promise.all(Array.from({length: connectionsCount}, async (_, index) => open(index)));
const ended = new Promise(resolve => {
	setTimeout(resolve, Number(ms));
});
for (const socket of sockets) {
	keepAsking(socket);
}

await ended;
isOver = true;
process.stdout.write(`${answers}\n`);
for (const socket of sockets) {
	socket.destroy();
}

function keepAsking(socket: net.Socket): void {
	socket.on('data', () => {
		if (isOver) {
			return;
		}

		answers++;
		socket.write('x');
	});
	socket.write('x');
}
