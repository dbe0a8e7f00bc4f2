/** What the operator wants of this node, and why it may not yet be so. */

import {isEmptySlots} from '../model/slot-set.js';
import type {LifecycleState} from '../protocol/heartbeat.js';
import {renewLife} from './absorb.js';
import {join} from './admission.js';
import {conflict} from './conflict.js';
import {unheardProblem} from './hearing.js';
import {clearKernel, heldSlots, isKernelInUse} from './kernel.js';
import {quorumProblem} from './quorum.js';
import type {MembershipState} from './state.js';
import {nameOf, tell, type Turn} from './turn.js';
import type {MembershipConfig} from './types.js';

export const isWantedToServe = (state: MembershipState): boolean => state.stage === 'on' && state.wanted === 'serve'
	&& state.waitReason === '' && state.nextConfig === undefined;

export function ownLifecycle(state: MembershipState): LifecycleState {
	if (state.stage === 'off') {
		return 'OFF';
	}

	if (state.stage === 'ending' || state.wanted === 'stop') {
		return 'STOPPING';
	}

	return state.isServing && state.isAdmitted ? 'UP' : 'WAIT';
}

/** Why this node is not UP, or what hinders it; empty when all is well. */
export function ownProblem(state: MembershipState): string {
	if (state.kernel.failures > 0) {
		return 'the kernel refuses changes of the filter';
	}

	if (state.waitReason !== '' || state.stage === 'off' || state.wanted === 'stop' || state.isAdmitted) {
		return state.waitReason;
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

/** `start`: the kernel is emptied before the first heartbeat (R6). */
export function start(turn: Turn): void {
	const {state} = turn;
	if (state.wanted === 'serve' && state.stage !== 'off') {
		return;
	}

	state.wanted = 'serve';
	state.stoppedAt = undefined;
	state.releasedAt = undefined;
	state.connections = undefined;
	join(turn);
	if (state.stage === 'off') {
		if (state.sequence > 0) {
			renewLife(turn, state.incarnation + 1);
		}

		state.stage = 'clearing';
		clearKernel(turn);
	} else if (state.stage === 'ending') {
		state.stage = 'clearing';
	}
}

/** The kernel is empty: from now on peers hear this node. */
export function enterStage(turn: Turn): void {
	const {state} = turn;
	const {isClearDue, pending, retryAt} = state.kernel;
	if (state.stage !== 'clearing' || isClearDue || retryAt !== undefined || pending.length > 0) {
		return;
	}

	state.stage = 'on';
	adoptNext(turn);
	turn.isDirty = true;
	tell(turn, 'info', 'joining', 'the filter is empty; joining the farm', {incarnation: state.incarnation});
}

/** A configuration with the same fingerprint is adopted at once; another one when nothing is held any more. */
export function configure(turn: Turn, config: MembershipConfig): void {
	const {state} = turn;
	state.nextConfig = config;
	if (config.fingerprint === state.config.fingerprint || !isKernelInUse(state)) {
		adoptNext(turn);
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

function adoptNext(turn: Turn): void {
	const {state} = turn;
	if (state.nextConfig === undefined) {
		return;
	}

	const config = state.nextConfig;
	const ids = new Set(config.nodes.map(({id}) => id));
	const hasChanged = config.fingerprint !== state.config.fingerprint;
	state.config = config;
	state.nextConfig = undefined;
	state.peers = state.peers.filter(({id}) => ids.has(id));
	state.awaited = state.awaited.filter(id => ids.has(id));
	state.strangers = [];
	state.differences = state.differences.filter(({peer}) => ids.has(peer));
	if (hasChanged) {
		join(turn);
		state.generation++;
	}

	turn.isDirty = true;
	tell(turn, 'info', 'configured', 'a new configuration is in use', {fingerprint: config.fingerprint});
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
		tell(turn, 'info', 'rejoining', 'nothing hinders this node any more; joining the farm');
		join(turn);
		return;
	}

	tell(turn, 'error', 'waiting', `this node waits: ${reason}`, {reason});
	if (!wasWaiting && isKernelInUse(state)) {
		clearKernel(turn);
	}
}

const hindranceOf = ({state, now}: Turn): string => [state.hindrance, conflict(state), quorumProblem(state, now)].find(reason => reason !== '') ?? '';
