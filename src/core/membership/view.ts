/** The view: who serves, in which life, with which weight. Every change of it, and of what this node says about itself, begins a new generation (R2). */

import {ownersOf, slotsOf} from '../assignment/owners.js';
import {fnv1a64} from '../hash/fnv.js';
import type {NodeId} from '../model/farm.js';
import {noSlots, type SlotSet} from '../model/slot-set.js';
import {hasQualified} from './admission.js';
import {isAlike} from './agreement.js';
import {isWantedToServe} from './lifecycle.js';
import type {MembershipState, ViewMember} from './state.js';
import {
	alivePeers,
	nameOf,
	ownWeight,
	tell,
	type Turn,
} from './turn.js';

/** Owners of so many of the last views are kept. */
const remembered = 8;
const ownersByView = new Map<string, readonly NodeId[]>();

/** The owner of each slot in a view. Remembered by the view itself, and by its ids and weights, which decide it. */
export function ownersIn(view: readonly ViewMember[]): readonly NodeId[] {
	const owners = ownersOfView.get(view) ?? ownersOfMembers(view);
	ownersOfView.set(view, owners);
	return owners;
}

const ownersOfView = new WeakMap<readonly ViewMember[], readonly NodeId[]>();

function ownersOfMembers(view: readonly ViewMember[]): readonly NodeId[] {
	const key = view.map(({id, weight}) => `${id}:${weight}`).join(' ');
	const known = ownersByView.get(key);
	if (known !== undefined) {
		return known;
	}

	const owners = ownersOf(view);
	const [oldest] = ownersByView.keys();
	if (oldest !== undefined && ownersByView.size >= remembered) {
		ownersByView.delete(oldest);
	}

	ownersByView.set(key, owners);
	return owners;
}

const ownByOwners = new WeakMap<readonly NodeId[], Map<NodeId, SlotSet>>();

/** The slots that this node shall hold in its view. */
export function ownSlots({view, config: {self}}: Pick<MembershipState, 'view' | 'config'>): SlotSet {
	if (view.every(({id}) => id !== self)) {
		return noSlots;
	}

	const owners = ownersIn(view);
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
	state.viewHash = hashView(view);
	const names = view.map(({id}) => nameOf(state, id)).join(', ');
	tell(turn, 'info', 'view-changed', view.length === 0 ? 'no node serves' : `serving: ${names}`, {view: names, generation: state.generation});
}

const unknownHash = '0000000000000000';

function membersNow(state: MembershipState, isReady: boolean): readonly ViewMember[] {
	const self = {id: state.config.self, incarnation: state.incarnation, weight: ownWeight(state)};
	const others = alivePeers(state)
		.filter(peer => peer.message.isServing && peer.message.isReady && isAlike(state, peer))
		.map(({id, message: {incarnation, weight}}) => ({id, incarnation, weight}));
	return (isReady ? [...others, self] : others).toSorted((a, b) => a.id - b.id);
}

const areEqualViews = (a: readonly ViewMember[], b: readonly ViewMember[]): boolean => a.length === b.length
	&& a.every(({id, incarnation, weight}, index) => b[index]!.id === id && b[index]!.incarnation === incarnation && b[index]!.weight === weight);

const hashView = (view: readonly ViewMember[]): string =>
	fnv1a64(view.map(({id, incarnation, weight}) => `${id} ${incarnation} ${weight}\n`).join(''));
