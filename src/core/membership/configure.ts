/**
A new configuration while the node runs. What can be had together with the old one is adopted with all that is held; else nothing is held when it is.

Nodes that it has no more are not forgotten while they are alive and serve, hold slots or keep connections: they accept packets until they have handed
their slots over, and whoever forgets them would take the same slots.
*/

import type {NodeId} from '../model/farm.js';
import {isEmptySlots} from '../model/slot-set.js';
import {join} from './admission.js';
import {isServingOrHolding} from './agreement.js';
import {clearKernel, heldSlots, isKernelInUse} from './kernel.js';
import type {MembershipState, Peer} from './state.js';
import {alivePeers, tell, type Turn} from './turn.js';
import type {MembershipConfig, Transition} from './types.js';
import {rehashView} from './view.js';

export function configure(turn: Turn, config: MembershipConfig, {alsoAccepts = [], towards}: Transition): void {
	const {state} = turn;
	const isCompatible = config.fingerprint === state.config.fingerprint || alsoAccepts.includes(state.config.fingerprint);
	state.nextConfig = config;
	state.alsoAccepts = alsoAccepts;
	state.towards = towards;
	if (isCompatible || !isKernelInUse(state)) {
		adoptNext(turn, isCompatible);
	}
}

/** Adopts a waiting configuration once the kernel is empty and this node has joined nobody's view any more. */
export function finishConfigure(turn: Turn): void {
	const {state} = turn;
	if (state.nextConfig === undefined || state.stage !== 'on') {
		return;
	}

	if (!isKernelInUse(state) && state.kernel.pending.length === 0 && !state.kernel.isClearDue) {
		adoptNext(turn);
	} else if (state.phase === 'released' && isEmptySlots(heldSlots(state)) && isKernelInUse(state)) {
		clearKernel(turn);
	}
}

/** Adopts the configuration that waits, if one does. */
export function adoptNext(turn: Turn, isCompatible = false): void {
	const {state} = turn;
	if (state.nextConfig === undefined) {
		return;
	}

	const config = state.nextConfig;
	const gone = state.config.nodes.filter(({id}) => config.nodes.every(node => node.id !== id));
	const leaving = gone.filter(({id}) => isStillThere(state, id));
	const nodes = [...config.nodes, ...leaving];
	const ids = new Set(nodes.map(({id}) => id));
	const mustJoin = !isCompatible && config.fingerprint !== state.config.fingerprint;
	const before = state.config;
	state.config = {...config, nodes};
	state.leaving = leaving.map(({id}) => id);
	state.nextConfig = undefined;
	forgetOthers(state, ids);
	state.strangers = [];
	if (mustJoin) {
		join(turn);
		state.generation++;
	}

	rehashView(turn);
	turn.isDirty = true;
	// What peers are accepted besides changes more often, and what is no business of this core is told by whoever changed it.
	if (JSON.stringify(before) !== JSON.stringify(state.config)) {
		tell(turn, 'info', 'configured', 'a new configuration is in use', {fingerprint: config.fingerprint});
	}
}

/** Forgets nodes that were removed and have nothing left. */
export function forgetLeft(turn: Turn): void {
	const {state} = turn;
	const left = state.leaving.filter(id => !isStillThere(state, id));
	if (left.length === 0) {
		return;
	}

	for (const id of left) {
		const {name} = state.config.nodes.find(node => node.id === id)!;
		tell(turn, 'info', 'node-left', `${name}, which is not configured any more, has nothing left and is forgotten`, {node: name});
	}

	state.config = {...state.config, nodes: state.config.nodes.filter(({id}) => !left.includes(id))};
	state.leaving = state.leaving.filter(id => !left.includes(id));
	forgetOthers(state, new Set(state.config.nodes.map(({id}) => id)));
	turn.isDirty = true;
}

const isStillThere = (state: MembershipState, id: NodeId): boolean => alivePeers(state).some(peer => peer.id === id && hasSomething(peer));

const hasSomething = (peer: Peer): boolean => isServingOrHolding(peer) || !isEmptySlots(peer.message.retained);

function forgetOthers(state: Turn['state'], ids: ReadonlySet<NodeId>): void {
	state.peers = state.peers.filter(({id}) => ids.has(id));
	state.awaited = state.awaited.filter(id => ids.has(id));
	state.differences = state.differences.filter(({peer}) => ids.has(peer));
}

/** Says once that this node may go from the middle of a change to its end; from then on nobody who still runs the old configuration counts as alike. */
export function leaveMiddle(turn: Turn): void {
	const {state} = turn;
	const {towards} = state;
	if (towards === undefined || state.nextConfig !== undefined) {
		return;
	}

	const isReached = alivePeers(state).filter(peer => isServingOrHolding(peer))
		.every(({message: {fingerprint}}) => fingerprint === state.config.fingerprint || fingerprint === towards);
	if (!isReached) {
		return;
	}

	state.alsoAccepts = [towards];
	state.towards = undefined;
	turn.effects.push({kind: 'middle-reached', towards});
}
