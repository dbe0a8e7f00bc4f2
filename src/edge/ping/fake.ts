/** A pinger without a network: whoever holds it says what became of the pings. */

import type {OpenPinger, PingerOptions} from './port.js';

export type FakePinger = {
	readonly open: OpenPinger;
	/** What it was opened with; throws before that. */
	readonly options: () => PingerOptions;
	readonly isClosed: () => boolean;
	/** The address answered a ping that left so many milliseconds ago. */
	readonly answer: (address: string, agoMs: number) => void;
	/** A ping to the address was lost. */
	readonly lose: (address: string) => void;
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

	const tell = (address: string, agoMs: number | undefined): void => {
		if (!isClosed && options().addresses.includes(address)) {
			options().told(address, agoMs);
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
		answer(address, agoMs) {
			tell(address, agoMs);
		},
		lose(address) {
			tell(address, undefined);
		},
	};
}
