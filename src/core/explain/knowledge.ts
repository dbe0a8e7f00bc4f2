/** What an explanation is made from: the farm, and what is known of its nodes at the moment, from a daemon or by assumption. */

import {isHeldExact, isRetainedExact, wholeShare} from '../protocol/heartbeat.js';
import {weightsOf} from '../model/group.js';
import {peerState} from '../membership/describe.js';
import {heldSlots, retainedSlots} from '../membership/kernel.js';
import {ownLifecycle} from '../membership/lifecycle.js';
import type {MembershipState, Peer} from '../membership/state.js';
import type {NodeState} from '../membership/types.js';
import type {Farm, NodeId} from '../model/farm.js';
import {noSlots, type SlotSet} from '../model/slot-set.js';
import type {MonoMs} from '../model/time.js';
import type {Moves} from './moves.js';
import type {SlotFarm} from './slot-of.js';

/** What the hash and the rules depend on. */
export type ExplainedFarm = SlotFarm & Pick<Farm, 'name' | 'nodes'>;

export type KnownNode = {
	readonly id: NodeId;
	readonly name: string;
	/** One a group. */
	readonly weights: readonly number[];
	/** Of those that it serves with. */
	readonly shareThousandths: number;
	readonly isServing: boolean;
	/** Known from a daemon only. */
	readonly live?: {
		readonly state: NodeState;
		/** Where they are not exact, these and more. */
		readonly held: SlotSet;
		readonly isHeldExact: boolean;
		readonly retained: SlotSet;
		readonly isRetainedExact: boolean;
	};
};

export type Knowledge = {
	/** Where what is said of the nodes comes from: their own words, or an assumption. */
	readonly source: 'daemon' | 'configuration';
	readonly farm: ExplainedFarm;
	readonly nodes: readonly KnownNode[];
	/** `wallOf`: the time of day of an instant of the daemon's clock, ISO 8601 in UTC. */
	readonly moves?: {readonly last: Moves['last']; readonly now: MonoMs; readonly wallOf: (at: MonoMs) => string};
};

/** As if exactly the nodes of these names served; or the names that the farm does not have. */
export function assumed(farm: ExplainedFarm, names: readonly string[]): Knowledge | {readonly unknown: readonly string[]} {
	const unknown = names.filter(name => !farm.nodes.some(node => node.name === name));
	return unknown.length > 0 ? {unknown} : {
		source: 'configuration',
		farm,
		nodes: farm.nodes.map(({id, name}) => ({
			id, name, weights: weightsOf(farm.groups, id), shareThousandths: wholeShare, isServing: names.includes(name),
		})),
	};
}

/** As the membership core of a daemon sees it. A node that is dead holds nothing. */
export function knownTo(state: MembershipState, farm: ExplainedFarm): Knowledge {
	return {
		source: 'daemon',
		farm,
		nodes: farm.nodes.map(({id, name}) => {
			const member = state.view.find(entry => entry.id === id);
			const peer = state.peers.find(entry => entry.id === id);
			return {
				id,
				name,
				weights: member?.weights ?? peer?.message.weights ?? weightsOf(farm.groups, id),
				shareThousandths: member?.shareThousandths ?? wholeShare,
				isServing: member !== undefined,
				live: id === state.config.self ? ownLive(state) : liveOf(peer),
			};
		}),
	};
}

const ownLive = (state: MembershipState): Required<KnownNode>['live'] => ({
	state: ownLifecycle(state), held: heldSlots(state), isHeldExact: true, retained: retainedSlots(state), isRetainedExact: true,
});

const liveOf = (peer: Peer | undefined): Required<KnownNode>['live'] => peer?.isAlive
	? {
		state: peerState(peer),
		held: peer.message.held,
		isHeldExact: isHeldExact(peer.message),
		retained: peer.message.retained,
		isRetainedExact: isRetainedExact(peer.message),
	}
	: {
		state: peerState(peer), held: noSlots, isHeldExact: true, retained: noSlots, isRetainedExact: true,
	};
