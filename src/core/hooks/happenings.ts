/** What hooks are told of the farm: that this node's state has changed, or some node's. */

import {peerState} from '../membership/describe.js';
import {ownLifecycle, ownProblem} from '../membership/lifecycle.js';
import type {MembershipState} from '../membership/state.js';
import type {NodeState} from '../membership/types.js';
import type {HookEnvironment} from './environment.js';

export type Happening = {readonly name: 'on-state' | 'on-farm'; readonly variables: HookEnvironment};

/** What was told last. */
export type Seen = {
	readonly state: NodeState | undefined;
	/** Of the nodes of `nodes`, in their order. */
	readonly states: readonly NodeState[];
	readonly nodes: readonly string[];
};

export const nothingSeen: Seen = {state: undefined, states: [], nodes: []};

/** What is new since; `seen` itself where nothing is. */
export function happenings(seen: Seen, state: MembershipState): {readonly seen: Seen; readonly happened: readonly Happening[]} {
	const own = ownLifecycle(state);
	const isFarmSame = isSame(seen, state, own);
	if (own === seen.state && isFarmSame) {
		return {seen, happened: []};
	}

	const next = isFarmSame ? {...seen, state: own} : {
		state: own, states: state.config.nodes.map(({id}) => stateOf(state, id, own)), nodes: state.config.nodes.map(({name}) => name),
	};
	const reason = ownProblem(state);
	return {
		seen: next,
		happened: [
			...own === seen.state ? [] : [{name: 'on-state', variables: {FARMCTL_STATE: own, FARMCTL_STATE_BEFORE: seen.state ?? '', FARMCTL_REASON: reason}} as const],
			...isFarmSame ? [] : [{name: 'on-farm', variables: {FARMCTL_NODES: wordsOf(next), FARMCTL_NODES_BEFORE: wordsOf(seen), FARMCTL_REASON: reason}} as const],
		],
	};
}

/** Without a word being made: it is asked after each heartbeat. */
function isSame({states, nodes}: Seen, state: MembershipState, own: NodeState): boolean {
	const {config} = state;
	return nodes.length === config.nodes.length && config.nodes.every(({id, name}, index) => nodes[index] === name && states[index] === stateOf(state, id, own));
}

const stateOf = (state: MembershipState, id: number, own: NodeState): NodeState => id === state.config.self ? own : peerState(state.peers.find(peer => peer.id === id));

const wordsOf = ({nodes, states}: Seen): string => nodes.map((name, index) => `${name}=${states[index]}`).join(' ');
