/** A host answers one echo request. */

import {randomBytes, randomInt} from 'node:crypto';
import {parseAddress} from '../../core/model/address.js';
import type {Probe} from '../../core/model/application.js';
import type {EchoSocket} from '../ping/echo-socket.js';
import {encodeRequest, isReplyTo, payloadBytes, type Echo} from '../ping/messages.js';
import type {AddressFamily} from '../../core/model/farm.js';
import {down, up, type Finding} from './port.js';
import {settleOnce} from './settle.js';
import type {CheckParts} from './source.js';

/** The socket is looked at after this long, then after twice the time again and again, up to the second. */
const firstLookMs = 1;
const lastLookMs = 50;

/** Datagrams of one look, whatever else the other side sends. */
const readsPerLookMax = 32;

export async function probePing({address}: Extract<Probe, {type: 'ping'}>, {sendEcho}: Pick<CheckParts, 'sendEcho'>, signal: AbortSignal): Promise<Finding> {
	const {family} = parseAddress(address)!;
	const send = await sendEcho(family);
	const echo = {identifier: randomInt(0x1_00_00), sequence: 0, payload: randomBytes(payloadBytes)};
	const socket = send(address, family, encodeRequest(family, echo));
	if (typeof socket === 'string') {
		return down(`${address}: the ping could not leave: ${socket}`);
	}

	return settleOnce(signal, () => `${address} does not answer the ping`, settle => {
		let timer: NodeJS.Timeout;
		const lookIn = (ms: number): void => {
			timer = setTimeout(() => {
				if (isAnswered(socket, family, echo)) {
					settle(up(`${address} answers`));
				} else {
					lookIn(Math.min(2 * ms, lastLookMs));
				}
			}, ms);
		};

		lookIn(firstLookMs);
		return () => {
			clearTimeout(timer);
			socket.close();
		};
	});
}

function isAnswered(socket: EchoSocket, family: AddressFamily, echo: Echo): boolean {
	for (let count = 0; count < readsPerLookMax; count++) {
		const received = socket.take();
		if (received === undefined) {
			return false;
		}

		if (isReplyTo(family, echo, received)) {
			return true;
		}
	}

	return false;
}
