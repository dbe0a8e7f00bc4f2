/** A datagram is answered: by anything at all, or as is expected. Silence is no sign of life: also a host that is gone is silent. */

import dgram from 'node:dgram';
import {isIPv6} from 'node:net';
import type {Probe} from '../../core/model/application.js';
import {endpointText, networkReason} from './network-reason.js';
import {matches} from './pattern.js';
import {down, up, type Finding} from './port.js';
import {settleOnce} from './settle.js';

export async function probeUdp(probe: Extract<Probe, {type: 'udp'}>, signal: AbortSignal): Promise<Finding> {
	const {address, port, send, expect} = probe;
	const where = endpointText(address, port);
	let others = 0;
	const said = (): string => others === 0 ? 'no answer' : `${others === 1 ? 'one answer' : `${others} answers`}, and not what is expected`;
	return settleOnce(signal, () => `${where}: ${said()}`, settle => {
		const socket = dgram.createSocket(isIPv6(address) ? 'udp6' : 'udp4');
		socket.on('error', error => {
			settle(down(networkReason(where, error)));
		});
		socket.on('message', message => {
			if (expect === undefined || matches(expect, message.toString('utf8')) === true) {
				settle(up(`${where} answers`));
			} else {
				others++;
			}
		});
		// Connected, it hears that the port is closed, and nobody but the other side.
		socket.connect(port, address, () => {
			socket.send(send, error => {
				if (error) {
					settle(down(networkReason(where, error)));
				}
			});
		});
		return () => {
			socket.close();
		};
	});
}
