/** A TCP connection is accepted. The kernel accepts for a program that hangs: only one that answers, as with http, shows that it works. */

import net from 'node:net';
import type {Probe} from '../../core/model/application.js';
import {endpointText, networkReason} from './network-reason.js';
import {down, up, type Finding} from './port.js';
import {settleOnce} from './settle.js';

export async function probeTcp({address, port}: Extract<Probe, {type: 'tcp'}>, signal: AbortSignal): Promise<Finding> {
	const where = endpointText(address, port);
	return settleOnce(signal, () => `${where}: no answer to the connection request`, settle => {
		const socket = net.connect({host: address, port});
		socket.on('connect', () => {
			settle(isItself(socket) ? down(`${where}: nothing listens there (the probe met itself)`) : up(`${where} accepts connections`));
		});
		socket.on('error', error => {
			settle(down(networkReason(where, error)));
		});
		return () => {
			socket.destroy();
		};
	});
}

/** The kernel may take the port itself, where nobody listens on it, for the probe's own end: then the two ends are one. */
const isItself = ({localAddress, localPort, remoteAddress, remotePort}: net.Socket): boolean => localPort === remotePort && localAddress === remoteAddress;
