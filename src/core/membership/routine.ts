/**
Inputs that say nothing new, which most are in a farm at rest: a heartbeat that differs from the last in its numbers alone, the kernel's word that it has
renewed the lease.

The rule it keeps: `wholeFields` names every field of a heartbeat that anything but the lease is derived from; the rows of peers count only where they
are about this node, in what they acknowledge, and in whom the sender does not hear.
*/

import {equalSlots} from '../model/slot-set.js';
import type {Heartbeat, PeerRow} from '../protocol/heartbeat.js';
import type {MembershipState, Peer} from './state.js';
import type {KernelOutcome} from './types.js';

type Numbers = 'sequence' | 'latenessMs' | 'retainedConnections' | 'peers';
type Comparison<Field extends keyof Heartbeat> = (a: Heartbeat[Field], b: Heartbeat[Field]) => boolean;

const isSame = (a: unknown, b: unknown): boolean => a === b;

const areSameNumbers = (a: readonly number[] | undefined, b: readonly number[] | undefined): boolean => a === b
	|| (a !== undefined && a.length === b?.length && a.every((value, index) => value === b[index]));

const wholeFields: {readonly [Field in Exclude<keyof Heartbeat, Numbers>]: Comparison<Field>} = {
	sender: isSame, incarnation: isSame, state: isSame, weights: areSameNumbers, shareThousandths: isSame, wellness: isSame, fingerprint: isSame, version: isSame, leaseMs: isSame, generation: isSame,
	viewHash: isSame, phase: isSame, isServing: isSame, isReady: isSame, wantsEcho: isSame, problem: isSame, held: equalSlots, retained: equalSlots,
	heldCounts: areSameNumbers, retainedCounts: areSameNumbers, awayMs: isSame,
};

const comparisons = Object.entries(wholeFields) as ReadonlyArray<[keyof Heartbeat, (a: unknown, b: unknown) => boolean]>;

/** Whether the peer said the same as before, by the same way, and acknowledged the same. */
export function isRoutineHeartbeat(config: MembershipState['config'], known: Peer | undefined, peer: Peer): boolean {
	if (!(known?.isAlive && known.isDirect && peer.directAt === peer.heardAt) || [known, peer].some(({unheard, isDeaf}) => unheard.length > 0 || isDeaf)) {
		return false;
	}

	const [before, after] = [acknowledged(config, known.message), acknowledged(config, peer.message)];
	return after !== undefined && before?.incarnation === after.incarnation && before.generation === after.generation
		&& comparisons.every(([field, isEqual]) => isEqual(known.message[field], peer.message[field]));
}

const acknowledged = ({self}: MembershipState['config'], {peers}: Heartbeat): PeerRow | undefined => peers.find(({id}) => id === self);

/** Whether the answer says that the lease is as it was asked to be. */
export const isRoutineAnswer = ({kernel: {pending}}: Pick<MembershipState, 'kernel'>, operation: number, outcome: KernelOutcome): boolean =>
	outcome === 'done' && pending[0]?.operation === operation && pending[0].change.kind === 'lease';
