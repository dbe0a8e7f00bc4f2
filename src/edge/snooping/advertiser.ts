/**
When to send what: the timing of multicast router advertisements (RFC 4286, section 4 and the defaults of section 8). The time between two is drawn
at random, so that the nodes of a farm that start together do not send together for ever.
*/

import type {AddressFamily} from '../../core/model/farm.js';
import {encodeDiscovery, type DiscoveryMessage} from './messages.js';
import type {RouterAdvertiser} from './port.js';
import {openRawSender, type RawSender} from './raw-socket.js';

/** MaxAdvertisementInterval; also what the message announces. */
export const advertisementIntervalMaxSeconds = 20;

/** MinAdvertisementInterval: what is drawn at random is never less. */
export const advertisementIntervalMinSeconds = 15;

/** MaxInitialAdvertisementInterval: of the first ones, so that one that is lost costs little. */
export const initialIntervalMaxSeconds = 2;

/** MaxInitialAdvertisements. */
export const initialAdvertisementsCount = 3;

export type AdvertiserOptions = {
	/** Told of a message that could not be sent, such as while the interface is down; the next one is tried all the same. */
	readonly failed?: (error: Error) => void;
};

/**
An advertiser for the interface, in the address families in which it has multicast VIPs. Rejects with a SystemFailure when the library
that raw sockets need cannot be loaded; needs CAP_NET_RAW to send.
*/
export async function createRouterAdvertiser(
	interfaceName: string,
	families: readonly AddressFamily[],
	{failed}: AdvertiserOptions = {},
): Promise<RouterAdvertiser> {
	const send = await openRawSender();
	return scheduleAdvertisements({send: sendToAll({send, interfaceName, families, failed}), random: Math.random});
}

type Schedule = {
	readonly send: (message: DiscoveryMessage) => void;
	/** A number from 0 to less than 1. */
	readonly random: () => number;
};

/** The timing alone, over any sender. */
export function scheduleAdvertisements({send, random}: Schedule): RouterAdvertiser {
	let timer: NodeJS.Timeout | undefined;
	const close = (): void => {
		clearTimeout(timer);
		timer = undefined;
	};

	const advertise = (sentCount: number): void => {
		send('advertisement');
		timer = setTimeout(() => {
			advertise(sentCount + 1);
		}, nextAdvertisementMs(sentCount + 1, random()));
		timer.unref();
	};

	return {
		start() {
			if (timer === undefined) {
				advertise(0);
			}
		},
		stop() {
			if (timer === undefined) {
				return;
			}

			close();
			send('termination');
		},
		close,
	};
}

/** Milliseconds to the next advertisement, for a random number from 0 to 1. */
export function nextAdvertisementMs(sentCount: number, random: number): number {
	const seconds = advertisementIntervalMinSeconds + (random * (advertisementIntervalMaxSeconds - advertisementIntervalMinSeconds));
	return 1000 * (sentCount < initialAdvertisementsCount ? Math.min(seconds, initialIntervalMaxSeconds) : seconds);
}

type Target = {
	readonly send: RawSender;
	readonly interfaceName: string;
	readonly families: readonly AddressFamily[];
	readonly failed: ((error: Error) => void) | undefined;
};

const sendToAll = ({send, interfaceName, families, failed}: Target) => (message: DiscoveryMessage): void => {
	for (const family of families) {
		try {
			send(interfaceName, family, encodeDiscovery(message, family, advertisementIntervalMaxSeconds));
		} catch (error) {
			failed?.(error as Error);
		}
	}
};
