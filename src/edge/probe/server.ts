/**
The HTTP listener of the probe. Whoever connects has little time and little room, and when too many stay, the one that has been here longest goes: clients
that dawdle, by malice or not, never keep a balancer from its answer. Every path is the same, and a connection has one answer.
*/

import http from 'node:http';
import type {Socket} from 'node:net';
import {probeAnswer} from './answer.js';
import type {ProbeReport} from './report.js';

/** More at once push the oldest out. */
export const connectionsMax = 64;

/** A connection lives no longer, whatever it does. */
export const connectionMsMax = 5000;

/** Of a request's head. */
export const headBytesMax = 8192;

export type Listen = {readonly address: string; readonly port: number};

export type ProbeServerParts = {
	readonly listen: Listen;
	/** How the node is; text is why nobody knows. Never rejects. */
	readonly report: () => Promise<ProbeReport | string>;
};

export type ProbeServer = {
	/** As bound: the one asked for, or the system's choice for 0. */
	readonly port: number;
	readonly close: () => void;
};

/** Rejects with the system's error when it cannot listen there. */
export async function openProbeServer({listen, report}: ProbeServerParts): Promise<ProbeServer> {
	const sockets = new Set<Socket>();
	const server = http.createServer({maxHeaderSize: headBytesMax}, (request, response) => {
		// A body is nothing that a probe has.
		request.resume();
		void report().then(known => {
			const {status, headers, body} = probeAnswer(known, {method: request.method, accept: request.headers.accept});
			response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
		});
	});
	server.on('connection', socket => {
		admit(socket, sockets);
	});
	server.on('clientError', (_error, socket) => {
		socket.destroy();
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen({host: listen.address, port: listen.port}, resolve);
	});
	return {
		port: (server.address() as {readonly port: number}).port,
		close() {
			server.close();
			for (const socket of sockets) {
				socket.destroy();
			}
		},
	};
}

function admit(socket: Socket, sockets: Set<Socket>): void {
	const patience = setTimeout(() => {
		socket.destroy();
	}, connectionMsMax);
	sockets.add(socket);
	socket.once('close', () => {
		clearTimeout(patience);
		sockets.delete(socket);
	});
	const [oldest] = sockets;
	if (oldest === undefined || !(sockets.size > connectionsMax)) {
		return;
	}

	sockets.delete(oldest);
	oldest.destroy();
}
