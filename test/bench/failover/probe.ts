/**
A program that asks a UDP echo service from many client addresses without pause, and tells what each of them sees.

	node probe.js VIP PORT INTERVAL_MS CLIENT...

Each line on its standard input is answered by one line of JSON: `begin` starts to count anew, `look` tells what was seen since. It ends with its input.

UDP, since a lost request is just lost: TCP would send its SYN again after a second and measure its own patience. One socket a client, for all the time:
who answers is decided for each datagram alone, by VRRP as by a farm whose affinity is the client's address.
*/

import dgram from 'node:dgram';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {Watch, type Sight} from './watch.js';

export type Look = {
	readonly sights: readonly Sight[];
	/** How late this program itself was at worst since the last `begin`. */
	readonly latenessMs: number;
};

type Client = {readonly watch: Watch; readonly socket: dgram.Socket; dueMs: number};

const tickMs = 1;
const [vip = '', port = '', interval = '', ...addresses] = process.argv.slice(2);
const intervalMs = Number(interval);
let sequence = 0;
let latenessMs = 0;

const clients = await Promise.all(addresses.map(async (address, index) => openClient(address, performance.now() + ((index * intervalMs) / addresses.length))));
const timer = setInterval(() => {
	for (const client of clients) {
		askIfDue(client, performance.now());
	}
}, tickMs);

for await (const line of createInterface({input: process.stdin})) {
	if (line === 'begin') {
		begin();
	}

	const look: Look = {sights: clients.map(({watch}) => watch.look(performance.now())), latenessMs};
	process.stdout.write(`${JSON.stringify(look)}\n`);
}

clearInterval(timer);
for (const {socket} of clients) {
	socket.close();
}

function begin(): void {
	latenessMs = 0;
	for (const {watch} of clients) {
		watch.begin();
	}
}

async function openClient(address: string, dueMs: number): Promise<Client> {
	const watch = new Watch(address);
	const socket = dgram.createSocket('udp4');
	socket.on('message', message => {
		const [node = '', text = ''] = message.toString('latin1').split(' ', 2);
		watch.answered(Number(text), node);
	});
	// What the network cannot deliver is a lost request and nothing else.
	socket.on('error', () => undefined);
	await new Promise<void>(resolve => {
		socket.bind({address, port: 0}, resolve);
	});
	return {watch, socket, dueMs};
}

/** What a stall has missed is not made up for: a burst would tell nothing more. Each client keeps its own moments, so that together they ask at all times. */
function askIfDue(client: Client, nowMs: number): void {
	if (nowMs < client.dueMs) {
		return;
	}

	latenessMs = Math.max(latenessMs, nowMs - client.dueMs);
	client.dueMs += intervalMs * (Math.floor((nowMs - client.dueMs) / intervalMs) + 1);
	client.watch.sent(++sequence, nowMs);
	client.socket.send(String(sequence), Number(port), vip, () => undefined);
}
