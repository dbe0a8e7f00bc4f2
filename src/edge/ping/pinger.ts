/**
When to ping and when to look for answers. Nothing waits for an answer: the sockets are looked at twice a round, a moment after the pings left and before
the next ones do, so that this process is woken twice a round whatever the others do. A ping is called lost only after its socket has been looked at: what
came while this process did not run counts.
*/

import {randomBytes, randomInt} from 'node:crypto';
import {parseAddress} from '../../core/model/address.js';
import type {AddressFamily} from '../../core/model/farm.js';
import {openEchoSender, type EchoSocket, type SendEcho} from './echo-socket.js';
import {encodeRequest, isReplyTo, payloadBytes, type Echo} from './messages.js';
import type {Pinger, PingerOptions} from './port.js';

/** Of the interval: so long after the pings of a round left their sockets are looked at. */
export const lookPart = 1 / 4;

/** So many datagrams of one socket are read in a look, whatever else the other side sends. */
export const readsPerLookMax = 32;

/** Pings until it is closed. Rejects with a SystemFailure when raw sockets cannot be had. */
export async function openPinger(options: PingerOptions): Promise<Pinger> {
	const targets = options.addresses.map(address => ({address, family: parseAddress(address)!.family}));
	const sendEcho = await openEchoSender([...new Set(targets.map(({family}) => family))]);
	return schedulePings(targets, options, {sendEcho, nowFine: () => performance.now()});
}

type Target = {readonly address: string; readonly family: AddressFamily};
type Ping = Target & {readonly echo: Echo; readonly socket: EchoSocket | undefined; readonly sentAt: number};
type Machine = {
	readonly sendEcho: SendEcho;
	/** Monotonic milliseconds with their fraction. */
	readonly nowFine: () => number;
};

/** The timing alone, over any sockets. */
export function schedulePings(targets: readonly Target[], {pace, told, refused}: Omit<PingerOptions, 'addresses'>, {sendEcho, nowFine}: Machine): Pinger {
	const identifier = randomInt(0x1_00_00);
	const refusals = new Set<string>();
	let pings: readonly Ping[] = [];
	let round = 0;
	let roundAt = nowFine();
	let timer: NodeJS.Timeout | undefined;
	let isClosed = false;

	const send = ({address, family}: Target): Ping => {
		const echo = {identifier, sequence: round % 0x1_00_00, payload: randomBytes(payloadBytes)};
		const socket = sendEcho(address, family, encodeRequest(family, echo));
		if (typeof socket === 'string' && !refusals.has(`${address} ${socket}`)) {
			refusals.add(`${address} ${socket}`);
			refused(address, socket);
		}

		return {
			address, family, echo, socket: typeof socket === 'string' ? undefined : socket, sentAt: nowFine(),
		};
	};

	const look = (): void => {
		const looked = pings.map(ping => ({ping, hasAnswer: isAnswered(ping)}));
		const now = nowFine();
		const over = looked.filter(({ping, hasAnswer}) => hasAnswer || now - ping.sentAt >= pace().timeoutMs);
		pings = pings.filter(ping => over.every(one => one.ping !== ping));
		for (const {ping: {address, socket, sentAt}, hasAnswer} of over) {
			socket?.close();
			if (!isClosed) {
				told(address, hasAnswer ? now - sentAt : undefined);
			}
		}
	};

	const beginRound = (): void => {
		round++;
		pings = [...pings, ...targets.map(target => send(target))];
		roundAt = nowFine() + pace().intervalMs;
	};

	const wakeAfter = (waitMs: number): void => {
		timer = setTimeout(wake, Math.max(1, waitMs));
	};

	const wake = (): void => {
		look();
		if (isClosed) {
			return;
		}

		if (nowFine() >= roundAt) {
			beginRound();
			wakeAfter(pace().intervalMs * lookPart);
		} else {
			wakeAfter(roundAt - nowFine());
		}
	};

	wake();
	return {
		close() {
			isClosed = true;
			clearTimeout(timer);
			for (const {socket} of pings) {
				socket?.close();
			}

			pings = [];
		},
	};
}

function isAnswered({family, echo, socket}: Ping): boolean {
	for (let count = 0; count < readsPerLookMax; count++) {
		const received = socket?.take();
		if (received === undefined) {
			return false;
		}

		if (isReplyTo(family, echo, received)) {
			return true;
		}
	}

	return false;
}
