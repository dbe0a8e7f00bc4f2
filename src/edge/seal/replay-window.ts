/**
Which datagrams of one sender and channel have been accepted: those of its newest incarnation, the last few by number. Incarnations only grow.

With each number the datagram's tag is kept. A datagram that has the number and the tag of an accepted one is a copy of it, which can be told without
decrypting: nobody knows that tag who has not seen the datagram, and whoever has can send copies anyway.
*/

import {Buffer} from 'node:buffer';
import {tagBytes} from './header.js';

/** Copies that are overtaken by more than this many newer ones are refused. */
export const windowSize = 1024;

export type ReplayWindow = {
	/** `new` records the datagram; call it only for one that is authentic. */
	accept: (incarnation: number, sequence: number, tag: Buffer) => 'new' | 'duplicate' | 'replay';
	/** Whether the datagram that was accepted under this number had this tag. Changes nothing, so it may be asked about any datagram. */
	isCopy: (incarnation: number, sequence: number, tag: Buffer) => boolean;
};

export function createReplayWindow(): ReplayWindow {
	const seen = new Float64Array(windowSize).fill(-1);
	const tags = Buffer.alloc(windowSize * tagBytes);
	let newest = -1;
	let highest = -1;
	return {
		accept(incarnation, sequence, tag) {
			if (incarnation < newest || (incarnation === newest && sequence <= highest - windowSize)) {
				return 'replay';
			}

			if (incarnation > newest) {
				newest = incarnation;
				highest = -1;
				seen.fill(-1);
			}

			const place = sequence % windowSize;
			if (seen[place] === sequence) {
				return 'duplicate';
			}

			seen[place] = sequence;
			tag.copy(tags, place * tagBytes);
			highest = Math.max(highest, sequence);
			return 'new';
		},
		isCopy(incarnation, sequence, tag) {
			const place = sequence % windowSize;
			return incarnation === newest && seen[place] === sequence && tags.compare(tag, 0, tagBytes, place * tagBytes, (place + 1) * tagBytes) === 0;
		},
	};
}
