/**
When to ping and when to look for answers. Nothing waits for an answer: the sockets are looked at a moment after the pings left, again after twice the time
for as long as an answer of the round is out, and before the next ones leave. So an answer is seen after twice the time it took, unless that is less than the
moment, and a host that is silent costs a few looks a round. A ping is called lost only after its socket has been looked at: what came while this process
did not run counts.
*/

import {randomBytes, randomInt} from 'node:crypto';
import {parseAddress} from '../../core/model/address.js';
import type {AddressFamily} from '../../core/model/farm.js';
import {openEchoSender, type EchoSocket, type SendEcho} from './echo-socket.js';
import {encodeRequest, isReplyTo, payloadBytes, type Echo} from './messages.js';
import type {Pinger, PingerOptions} from './port.js';

/** Of the interval: so long after the pings of a round left their sockets are looked at first. */
export const firstLookPart = 1 / 8;

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
	let sentAt = -Infinity;
	let lookMs = 0;
	let timer: NodeJS.Timeout | undefined;
	let isClosed = false;

	const send = ({address, family}: Target, leavesAt: number): Ping => {
		const echo = {identifier, sequence: round % 0x1_00_00, payload: randomBytes(payloadBytes)};
		const socket = sendEcho(address, family, encodeRequest(family, echo));
		if (typeof socket === 'string' && !refusals.has(`${address} ${socket}`)) {
			refusals.add(`${address} ${socket}`);
			refused(address, socket);
		}

		return {
			address, family, echo, socket: typeof socket === 'string' ? undefined : socket, sentAt: leavesAt,
		};
	};

	const look = (): void => {
		const answered = pings.filter(ping => isAnswered(ping));
		const now = nowFine();
		const lost = pings.filter(ping => !answered.includes(ping) && now - ping.sentAt >= pace().timeoutMs);
		const over = [...answered, ...lost];
		pings = pings.filter(ping => !over.includes(ping));
		for (const ping of over) {
			ping.socket?.close();
			if (!isClosed) {
				told({address: ping.address, sentAt: ping.sentAt, isAnswered: answered.includes(ping)});
			}
		}
	};

	const beginRound = (): void => {
		round++;
		sentAt = nowFine();
		lookMs = pace().intervalMs * firstLookPart;
		pings = [...pings, ...targets.map(target => send(target, sentAt))];
	};

	const wake = (): void => {
		look();
		if (isClosed) {
			return;
		}

		if (nowFine() >= sentAt + pace().intervalMs) {
			beginRound();
		} else if (nowFine() >= sentAt + lookMs) {
			lookMs *= 2;
		}

		const hasAnswerOut = pings.some(ping => ping.sentAt === sentAt && ping.socket !== undefined);
		const wakeAt = sentAt + Math.min(pace().intervalMs, hasAnswerOut ? lookMs : Infinity);
		timer = setTimeout(wake, Math.max(1, wakeAt - nowFine()));
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
