/** A pinger without a network: whoever holds it says what became of the pings. */

import type {OpenPinger, PingerOptions, PingOutcome} from './port.js';

export type FakePinger = {
	readonly open: OpenPinger;
	/** What it was opened with; throws before that. */
	readonly options: () => PingerOptions;
	readonly isClosed: () => boolean;
	/** The address answered a ping that left at this time. */
	readonly answer: (address: string, sentAt: number) => void;
	/** A ping to the address that left at this time was lost. */
	readonly lose: (address: string, sentAt: number) => void;
};

export function createFakePinger(): FakePinger {
	let opened: PingerOptions | undefined;
	let isClosed = false;
	const options = (): PingerOptions => {
		if (opened === undefined) {
			throw new Error('The pinger has not been opened.');
		}

		return opened;
	};

	const tell = (outcome: PingOutcome): void => {
		if (!isClosed && options().addresses.includes(outcome.address)) {
			options().told(outcome);
		}
	};

	return {
		async open(given) {
			opened = given;
			return {
				close() {
					isClosed = true;
				},
			};
		},
		options,
		isClosed: () => isClosed,
		answer(address, sentAt) {
			tell({address, sentAt, isAnswered: true});
		},
		lose(address, sentAt) {
			tell({address, sentAt, isAnswered: false});
		},
	};
}
