/** What the operator wants of this node, and why it may not yet be so. */

import type {SlotSet} from '../model/slot-set.js';
import type {LifecycleState} from '../protocol/heartbeat.js';
import {renewLife} from './absorb.js';
import {join} from './admission.js';
import {applicationProblem, isLeaving, isOut} from './application.js';
import {conflict} from './conflict.js';
import {unheardProblem} from './hearing.js';
import {clearKernel, closeKernel, isKernelInUse} from './kernel.js';
import {quorumProblem} from './quorum.js';
import {isDraining, restProblem} from './resting.js';
import {addRetained} from './retention.js';
import type {MembershipState} from './state.js';
import {nameOf, ownWeights, tell, type Turn} from './turn.js';

/** Whether it would serve if its application lets it. */
export const isWilling = (state: MembershipState): boolean => state.stage === 'on' && state.wanted === 'serve' && state.waitReason === '' && state.nextConfig === undefined;

export const isWantedToServe = (state: MembershipState): boolean => isWilling(state) && !isOut(state);

export function ownLifecycle(state: MembershipState): LifecycleState {
	if (state.stage === 'off') {
		return 'OFF';
	}

	if (state.stage === 'ending' || state.wanted === 'leave') {
		return 'STOPPING';
	}

	const {claim} = state;
	if (isDraining(state) || isLeaving(state)) {
		return 'DRAINING';
	}

	if (state.wanted === 'rest') {
		return claim.wants === 'out' && claim.state === 'STOPPING' ? 'STOPPING' : 'STOP';
	}

	if (claim.wants === 'out' && isOut(state)) {
		return claim.state;
	}

	return state.isServing && state.isAdmitted ? 'UP' : 'WAIT';
}

/** Why this node is not UP, or what hinders it; empty when all is well. */
export function ownProblem(state: MembershipState): string {
	if (state.kernel.failures > 0) {
		return 'the kernel refuses changes of the filter';
	}

	if (state.wanted === 'rest' && state.stage !== 'off') {
		return restProblem(state);
	}

	const hindrances = [state.waitReason, applicationProblem(state)].filter(reason => reason !== '').join('; ');
	if (hindrances !== '' || state.stage === 'off' || state.wanted === 'leave' || state.isAdmitted) {
		return hindrances;
	}

	if (state.nextConfig !== undefined) {
		return 'adopting a new configuration';
	}

	const unheard = unheardProblem(state, state.steppedAt);
	if (unheard !== '') {
		return unheard;
	}

	const missing = state.awaited.filter(id => state.peers.every(peer => !(peer.id === id && peer.isAlive)));
	return missing.length > 0 ? `waiting to hear ${missing.map(id => nameOf(state, id)).join(', ')}` : 'waiting for its peers to agree';
}

/**
`start`: the kernel is emptied before the first heartbeat (R6), but for what is retained from the life before. One that rests has its kernel empty, or what it
retains in it, and joins at once.
*/
export function start(turn: Turn, wanted: 'serve' | 'rest', retained: SlotSet): void {
	const {state} = turn;
	if (state.wanted === wanted && state.stage !== 'off') {
		return;
	}

	if (state.wanted === 'rest' && state.stage !== 'off') {
		tell(turn, 'info', 'started', 'an operator starts this node; joining the farm', {});
	}

	state.wanted = wanted;
	state.cutAt = undefined;
	state.awayMs = undefined;
	state.stoppedAt = undefined;
	state.releasedAt = undefined;
	state.connections = undefined;
	if (state.nextConfig === undefined) {
		// Else what it holds is handed over first, which takes an admitted node.
		join(turn);
	}

	if (state.stage === 'off') {
		if (state.sequence > 0) {
			renewLife(turn, state.incarnation + 1);
		}

		state.stage = 'clearing';
		state.retained = [];
		addRetained(turn, retained);
		closeKernel(turn);
	} else if (state.stage === 'ending') {
		state.stage = 'clearing';
	}
}

/**
A node that a conflict or its machine keeps from serving gives up what it holds at once: where the others distribute clients differently its slots are
not theirs, so there is nobody to hand them to. What it says it holds is what its kernel may accept, so peers that wait for it to give up do.
*/
export function judgeHindrance(turn: Turn): void {
	const {state} = turn;
	const reason = state.wanted === 'serve' && state.stage === 'on' ? hindranceOf(turn) : '';
	if (reason === state.waitReason) {
		return;
	}

	const wasWaiting = state.waitReason !== '';
	state.waitReason = reason;
	if (reason === '') {
		tell(turn, 'info', 'rejoining', `nothing hinders this node any more; ${isOut(state) ? 'its application does' : 'joining the farm'}`);
		join(turn);
		return;
	}

	tell(turn, 'error', 'waiting', `this node waits: ${reason}`, {reason});
	if (!wasWaiting && isKernelInUse(state)) {
		clearKernel(turn);
	}
}

const hindranceOf = ({state, now}: Turn): string => [state.hindrance, conflict(state), quorumProblem(state, now)].find(reason => reason !== '') ?? '';

/** Serves with these weights from now on, one a group; as configured where there are none. */
export function setWeights(turn: Turn, weights: readonly number[] | undefined): void {
	const {state} = turn;
	const before = ownWeights(state).join(' ');
	state.weights = weights;
	const now = ownWeights(state);
	if (now.join(' ') === before) {
		return;
	}

	const {groups} = state.config;
	const text = groups.length === 1 ? `the weight of this node is ${now[0]} now` : `the weights of this node are now ${groups.map(({name}, group) => `${now[group]} in group ${name}`).join(', ')}`;
	tell(turn, 'info', 'weights-changed', text, {weights: now.join(' ')});
}
