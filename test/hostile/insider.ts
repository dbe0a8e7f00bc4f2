/** What a node says that has the farm key and has lost its mind: heartbeats of the right form with absurd content, made by a seed. */

import type {Random} from '../../src/core/simulation/random.js';
import {groupsMax, weightMax} from '../../src/core/model/group.js';
import {allSlots, noSlots, slotSetOf, slotsCount, type SlotSet} from '../../src/core/model/slot-set.js';
import {wellnessCodes} from '../../src/core/protocol/encode.js';
import {
	announcedLeaseMaxMs,
	awayMaxMs,
	incarnationMax,
	wholeShare,
	type Heartbeat,
	type PeerRow,
} from '../../src/core/protocol/heartbeat.js';
import type {MembershipState} from '../../src/core/membership/state.js';

export type Victim = Pick<MembershipState, 'config' | 'incarnation' | 'sequence' | 'generation' | 'viewHash'>;

const rowStates = ['UP', 'WAIT', 'DRAINING', 'STOP', 'STOPPING', 'OFF'] as const;
const states = [...rowStates, 'STARTING'] as const;
/** What clears a screen, sets its title, hides text, turns it round or ends a line. */
const spells = ['\u{1B}[2J', '\u{1B}]0;owned\u{7}', '\u{9B}31m', '\u{202E}', '\r\n', '\u{0}', '\u{8}\u{8}', 'ok', '日本', '\u{2066}', '\u{61C}', '%s%n', '</b>', '🚦'];

/** The life and number that a heartbeat is sealed with. */
export type Life = Pick<Heartbeat, 'sender' | 'incarnation' | 'sequence'>;

/** The next life and number: mostly such as are heard, now and then a new life, at the very end numbers beyond all sense. */
export function nextLife(random: Random, last: Life, isEnd: boolean): Life {
	if (isEnd) {
		return {...last, incarnation: random.whole(last.incarnation, incarnationMax), sequence: random.pick([0, 1, (2 ** 48) - 1])};
	}

	return random.chance(0.02)
		? {...last, incarnation: last.incarnation + random.whole(1, 1000), sequence: random.whole(0, 10)}
		: {...last, sequence: last.sequence + random.pick([0, 1, 1, 1, 1, 50])};
}

/** One for the victim; what it says of the victim is true, nearly true, or nonsense. */
export function absurdHeartbeat(random: Random, life: Life, victim: Victim): Heartbeat {
	const large = (max: number): number => random.pick([0, 1, 2, random.whole(0, 1000), random.whole(0, max), max - 1, max]);
	const text = (): string => Array.from({length: random.whole(0, 12)}, () => random.pick(spells)).join('');
	const slots = (): SlotSet => random.pick([noSlots, allSlots, slotSetOf(Array.from({length: random.whole(0, 400)}, () => random.whole(0, slotsCount - 1)))]);
	const flag = (): boolean => random.chance(0.5);
	const row = (id: number): PeerRow => ({
		id,
		incarnation: random.pick([victim.incarnation, victim.incarnation, victim.incarnation + 1, large(incarnationMax)]),
		sequence: random.pick([victim.sequence, victim.sequence, victim.sequence + 1, large((2 ** 48) - 1)]),
		generation: random.pick([victim.generation, victim.generation, large((2 ** 32) - 1)]),
		ageMs: large((2 ** 48) - 1),
		isDirect: flag(),
		leaseMs: large(announcedLeaseMaxMs),
		state: random.pick(rowStates),
	});
	return {
		...life,
		state: random.pick(states),
		weights: Array.from({length: random.pick([1, 1, 1, 2, groupsMax])}, () => large(weightMax)),
		shareThousandths: random.whole(1, wholeShare),
		wellness: random.pick(wellnessCodes),
		fingerprint: random.pick([victim.config.fingerprint, victim.config.fingerprint, 'ffffffffffffffff']),
		version: text(),
		leaseMs: large(announcedLeaseMaxMs),
		generation: large((2 ** 32) - 1),
		viewHash: random.pick([victim.viewHash, victim.viewHash, '0000000000000000', 'ffffffffffffffff']),
		phase: random.pick(['prepared', 'released']),
		isServing: flag(),
		isReady: flag(),
		wantsEcho: flag(),
		held: slots(),
		retained: slots(),
		heldCounts: undefined,
		retainedCounts: undefined,
		retainedConnections: large((2 ** 32) - 1),
		awayMs: large(awayMaxMs),
		latenessMs: large(0xFF_FF),
		problem: text(),
		peers: Array.from({length: random.whole(0, 70)}, () => row(random.pick([victim.config.self, random.whole(1, 64)]))),
	};
}
