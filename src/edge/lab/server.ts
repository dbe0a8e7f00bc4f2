/**
The web server of a lab's node: answers every request with the node's name. A program of its own, started with the name and the VIPs.

	GET /        the name, then the connection ends
	GET /stream  the name again and again, until the client goes
	GET /echo    the name for every piece that the client sends, until the client goes

UDP datagrams to the echo port come back with the name in front. Those sockets are bound to each VIP, since an answer from another address than the
one that was asked is no answer; the VIP may come later, which is what the nonlocal bind is for.
*/

import dgram from 'node:dgram';
import {writeFileSync} from 'node:fs';
import net from 'node:net';
import process from 'node:process';
import {echoPort, servedPort} from '../../core/lab/topology.js';

const streamIntervalMs = 200;
/** A client that asks nothing for so long is gone, and its reset was lost: as web servers do, so that a node that stops does not wait for it. */
const patienceMs = 2000;
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n';

const [name = 'unnamed', ...vips] = process.argv.slice(2);
const line = `${name}\n`;
const whole = `${head}Content-Length: ${line.length}\r\n\r\n${line}`;

const server = net.createServer({noDelay: true}, socket => {
	socket.on('error', () => {
		socket.destroy();
	});
	socket.setTimeout(patienceMs, () => {
		socket.destroy();
	});
	socket.once('data', (data: Buffer) => {
		socket.setTimeout(0);
		answer(socket, data.toString('latin1').split(' ', 2)[1] ?? '/');
	});
});
server.listen({host: '::', port: servedPort, backlog: 4096});
for (const vip of vips) {
	echo(vip);
}

function answer(socket: net.Socket, path: string): void {
	switch (path) {
		case '/stream': {
			socket.write(`${head}\r\n${line}`);
			const timer = setInterval(() => {
				socket.write(line);
			}, streamIntervalMs);
			socket.on('close', () => {
				clearInterval(timer);
			});
			return;
		}

		case '/echo': {
			socket.write(`${head}\r\n${line}`);
			socket.on('data', () => {
				socket.write(line);
			});
			return;
		}

		default: {
			socket.end(whole);
		}
	}
}

function echo(vip: string): void {
	const family = vip.includes(':') ? 'ipv6' : 'ipv4';
	writeFileSync(`/proc/sys/net/${family}/ip_nonlocal_bind`, '1');
	const socket = dgram.createSocket(family === 'ipv6' ? 'udp6' : 'udp4');
	socket.on('message', (message, from) => {
		socket.send(`${name} ${message.toString('latin1')}`, from.port, from.address);
	});
	socket.on('error', error => {
		process.stderr.write(`udp ${vip}: ${error.message}\n`);
	});
	socket.bind(echoPort, vip);
}
