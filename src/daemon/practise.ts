/** Runs what takes over from a dead node a few times before it is needed, so that it is compiled by then. */

import {rehearse} from '../core/membership/rehearse.js';
import type {MembershipConfig} from '../core/membership/types.js';
import {decodeHeartbeat} from '../core/protocol/decode.js';
import {encodeHeartbeat} from '../core/protocol/encode.js';

/** The first takes 40 ms, of which 5 are left after the third. */
const rounds = 4;

/** Takes some 60 ms of processor time, and changes nothing. */
export function practise(config: MembershipConfig): void {
	rehearse(config, rounds, effect => {
		if (effect.kind === 'send') {
			decodeHeartbeat(encodeHeartbeat(effect.message));
		}
	});
}
