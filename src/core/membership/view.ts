/** The view: who serves, in which life, with which weights. Every change of it, and of what this node says about itself, begins a new generation (R2). */

import {ownersOfGroups, type GroupOrder} from '../assignment/groups.js';
import {slotsOf} from '../assignment/owners.js';
import {fnv1a64} from '../hash/fnv.js';
import type {NodeId} from '../model/farm.js';
import {noSlots, type SlotSet} from '../model/slot-set.js';
import {wholeShare} from '../protocol/heartbeat.js';
import {hasQualified, join} from './admission.js';
import {isAlike} from './agreement.js';
import {ownShare} from './application.js';
import {isWantedToServe} from './lifecycle.js';
import {comparableWeights} from './share.js';
import type {MembershipState, ViewMember} from './state.js';
import {
	alivePeers,
	nameOf,
	ownWeights,
	tell,
	type Turn,
} from './turn.js';

/** Owners of so many of the last views are kept. */
const remembered = 8;
const ownersByView = new Map<string, readonly NodeId[]>();

/** The owner of each slot in a view. Remembered by the view itself, and by the ids, weights and orders that decide it. */
export function ownersIn(view: readonly ViewMember[], groups: readonly GroupOrder[]): readonly NodeId[] {
	const known = ownersOfView.get(view);
	if (known?.groups === groups) {
		return known.owners;
	}

	const owners = ownersOfMembers(view, groups);
	ownersOfView.set(view, {groups, owners});
	return owners;
}

const ownersOfView = new WeakMap<readonly ViewMember[], {readonly groups: readonly GroupOrder[]; readonly owners: readonly NodeId[]}>();

function ownersOfMembers(view: readonly ViewMember[], groups: readonly GroupOrder[]): readonly NodeId[] {
	const members = comparableWeights(view);
	const key = [...members.map(({id, weights}) => `${id}:${weights.join(',')}`), ...groups.map(({order}) => order.join('>'))].join(' ');
	const known = ownersByView.get(key);
	if (known !== undefined) {
		return known;
	}

	const owners = ownersOfGroups(groups, members);
	const [oldest] = ownersByView.keys();
	if (oldest !== undefined && ownersByView.size >= remembered) {
		ownersByView.delete(oldest);
	}

	ownersByView.set(key, owners);
	return owners;
}

const ownByOwners = new WeakMap<readonly NodeId[], Map<NodeId, SlotSet>>();

/** The slots that this node shall hold in its view. */
export function ownSlots({view, config: {self, groups}}: Pick<MembershipState, 'view' | 'config'>): SlotSet {
	if (view.every(({id}) => id !== self)) {
		return noSlots;
	}

	const owners = ownersIn(view, groups);
	const own = ownByOwners.get(owners) ?? new Map<NodeId, SlotSet>();
	ownByOwners.set(owners, own);
	const slots = own.get(self) ?? slotsOf(owners, self);
	own.set(self, slots);
	return slots;
}

/** Brings what this node announces in line with what it knows. */
export function updateView(turn: Turn): void {
	const {state, now} = turn;
	const isServing = isWantedToServe(state);
	if (isServing && !state.isServing) {
		join(turn);
	}

	const isReady = isServing && hasQualified(state, now);
	const view = membersNow(state, isReady);
	const isSameView = areEqualViews(view, state.view);
	if (isSameView && isServing === state.isServing && isReady === state.isReady) {
		return;
	}

	state.isServing = isServing;
	state.isReady = isReady;
	state.generation++;
	state.phase = 'noticed';
	turn.isDirty = true;
	if (isSameView && state.viewHash !== unknownHash) {
		return;
	}

	state.view = view;
	state.viewHash = hashView(view, state.config.groups);
	const names = view.map(({id}) => nameOf(state, id)).join(', ');
	tell(turn, 'info', 'view-changed', view.length === 0 ? 'no node serves' : `serving: ${names}`, {view: names, generation: state.generation});
}

const unknownHash = '0000000000000000';

function membersNow(state: MembershipState, isReady: boolean): readonly ViewMember[] {
	const self = {id: state.config.self, incarnation: state.incarnation, weights: ownWeights(state), shareThousandths: ownShare(state)};
	const others = alivePeers(state)
		.filter(peer => peer.message.isServing && peer.message.isReady && isAlike(state, peer))
		.map(({id, message: {incarnation, weights, shareThousandths}}) => ({id, incarnation, weights, shareThousandths}));
	return (isReady ? [...others, self] : others).toSorted((a, b) => a.id - b.id);
}

const areEqualViews = (a: readonly ViewMember[], b: readonly ViewMember[]): boolean => a.length === b.length
	&& a.every((member, index) => areEqualMembers(member, b[index]!));

const areEqualMembers = (a: ViewMember, b: ViewMember): boolean => a.id === b.id && a.incarnation === b.incarnation && a.shareThousandths === b.shareThousandths
	&& areEqualWeights(a.weights, b.weights);

const areEqualWeights = (a: readonly number[], b: readonly number[]): boolean => a === b || (a.length === b.length && a.every((weight, group) => weight === b[group]));

/** The orders of groups are part of what must be agreed on; they stand in the configuration, which may change while the view does not. */
export function rehashView(turn: Turn): void {
	const {state} = turn;
	if (state.viewHash === unknownHash || state.viewHash === hashView(state.view, state.config.groups)) {
		return;
	}

	state.viewHash = hashView(state.view, state.config.groups);
	state.generation++;
	state.phase = 'noticed';
	turn.isDirty = true;
}

const hashView = (view: readonly ViewMember[], groups: readonly GroupOrder[]): string => fnv1a64([
	...view.map(({id, incarnation, weights, shareThousandths}) => `${id} ${incarnation} ${weights.join(' ')}${shareThousandths === wholeShare ? '' : ` share ${shareThousandths}`}\n`),
	...groups.flatMap(({order}, group) => order.length === 0 ? [] : [`group ${group} ${order.join(' ')}\n`]),
].join(''));
