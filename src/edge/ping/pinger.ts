/**
When to ping and when to look for answers. Nothing waits for an answer: after a round the sockets are looked at 1, 2, 4, 8 ... milliseconds later, only
while an answer is out, so that an answer is seen after at most twice the time it took, and a host that is silent costs a few looks a round. A ping is
called lost only after its socket has been looked at: what came while this process did not run counts.
*/

import {randomBytes, randomInt} from 'node:crypto';
import {parseAddress} from '../../core/model/address.js';
import type {AddressFamily} from '../../core/model/farm.js';
import {openEchoSender, type EchoSocket, type SendEcho} from './echo-socket.js';
import {encodeRequest, isReplyTo, payloadBytes, type Echo} from './messages.js';
import type {Pinger, PingerOptions} from './port.js';

/** The first look after a round; each further one waits twice as long. */
export const firstLookMs = 1;

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
	let lookMs = firstLookMs;
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
		lookMs = firstLookMs;
		roundAt = nowFine() + pace().intervalMs;
	};

	const wake = (): void => {
		look();
		if (isClosed) {
			return;
		}

		if (nowFine() >= roundAt) {
			beginRound();
		}

		const now = nowFine();
		const lossesAt = pings.map(({sentAt}) => sentAt + pace().timeoutMs);
		const looksAt = pings.some(({socket}) => socket !== undefined) ? [now + lookMs] : [];
		timer = setTimeout(wake, Math.max(firstLookMs, Math.min(roundAt, ...lossesAt, ...looksAt) - now));
		lookMs *= 2;
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
