/** The least that a daemon on Node can cost: a program that does nothing but send and receive as many datagrams. It runs beside the daemon, so that a busy machine meets both. */

import {fork} from 'node:child_process';
import dgram from 'node:dgram';
import {once} from 'node:events';
import path from 'node:path';

/** About a heartbeat with its seal. */
const datagramBytes = 480;

const loopback = '127.0.0.1';

export type Bare = {readonly pid: number; readonly stop: () => void};

/** Starts it, with a datagram each interval to and from each of so many sockets, spread over the interval. */
export async function startBare(socketsCount: number, intervalMs: number): Promise<Bare> {
	const sockets = await Promise.all(Array.from({length: socketsCount}, async () => {
		const socket = dgram.createSocket('udp4');
		socket.bind(0, loopback);
		await once(socket, 'listening');
		return socket;
	}));
	const child = fork(path.join(import.meta.dirname, 'bare-program.js'), [intervalMs, datagramBytes, ...sockets.map(socket => socket.address().port)].map(String));
	const [port] = await once(child, 'message') as [number];
	const payload = new Uint8Array(datagramBytes);
	const timers = sockets.map((socket, index) => setTimeout(() => {
		timers[index] = setInterval(() => {
			socket.send(payload, port, loopback);
		}, intervalMs);
	}, intervalMs * index / socketsCount));
	return {
		pid: child.pid!,
		stop() {
			child.kill();
			for (const timer of timers) {
				clearInterval(timer);
			}

			for (const socket of sockets) {
				socket.close();
			}
		},
	};
}
