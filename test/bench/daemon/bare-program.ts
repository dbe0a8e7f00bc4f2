/** What `bare.ts` starts: receives datagrams and does nothing with them, and sends one to every port it is told of, each interval. Nothing more than Node itself is in it. Ends with its parent. */

import dgram from 'node:dgram';
import process from 'node:process';

const [intervalMs = 0, bytes = 0, ...ports] = process.argv.slice(2).map(Number);
const loopback = '127.0.0.1';
const payload = new Uint8Array(bytes);
const socket = dgram.createSocket({
	type: 'udp4',
	lookup(hostname, _options, callback) {
		callback(null, hostname, 4);
	},
});
socket.on('message', () => undefined);
socket.bind(0, loopback, () => {
	process.send!(socket.address().port);
	const timer = setInterval(() => {
		for (const port of ports) {
			socket.send(payload, port, loopback);
		}
	}, intervalMs);
	process.once('disconnect', () => {
		clearInterval(timer);
		socket.close();
	});
});
