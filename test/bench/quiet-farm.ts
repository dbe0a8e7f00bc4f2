/** A farm in virtual time in which nothing changes: every node serves, and heartbeats come and go. Tells how long each step took in real time. */

import {nextDeadline} from '../../src/core/membership/deadline.js';
import type {MembershipState} from '../../src/core/membership/state.js';
import {step} from '../../src/core/membership/step.js';
import type {MembershipInput} from '../../src/core/membership/types.js';
import {monoMs} from '../../src/core/model/time.js';
import type {Heartbeat} from '../../src/core/protocol/heartbeat.js';
import {createWorld} from '../../src/core/simulation/world.js';

export type QuietFarm = {
	/** Microseconds of every step by the kind of its input. */
	readonly stepUs: ReadonlyMap<MembershipInput['kind'], readonly number[]>;
	/** One that the first node sent. */
	readonly heartbeat: Heartbeat;
};

type Node = {state: MembershipState; readonly aheadMs: number; readonly inbox: MembershipInput[]};

/** Throws when the nodes do not come to rest, or when something does change. */
export function runQuietFarm(nodesCount: number, ms: number): QuietFarm {
	const stepUs = new Map<MembershipInput['kind'], number[]>((['heard', 'tick', 'kernel'] as const).map(kind => [kind, []]));
	let heartbeat: Heartbeat | undefined;
	const nodes = settledNodes(nodesCount);
	const generations = nodes.map(({state}) => state.generation);

	const advance = (node: Node, input: MembershipInput, now: number): void => {
		const begin = performance.now();
		const result = step(node.state, input, monoMs(now + node.aheadMs));
		const us = (performance.now() - begin) * 1000;
		stepUs.get(input.kind)!.push(us);
		node.state = result.state;
		for (const effect of result.effects) {
			if (effect.kind === 'send') {
				heartbeat = node === nodes[0] ? effect.message : heartbeat;
				for (const id of effect.to) {
					nodes[id - 1]!.inbox.push({kind: 'heard', message: effect.message, network: 0});
				}
			} else if (effect.kind === 'kernel') {
				node.inbox.push({kind: 'kernel', operation: effect.operation, outcome: 'done'});
			}
		}
	};

	for (let now = 1; now <= ms; now++) {
		for (const node of nodes) {
			for (const input of node.inbox.splice(0)) {
				advance(node, input, now);
			}

			if (nextDeadline(node.state) <= now + node.aheadMs) {
				advance(node, {kind: 'tick'}, now);
			}
		}
	}

	if (heartbeat === undefined || nodes.some(({state}, index) => state.generation !== generations[index])) {
		throw new Error('the quiet farm was not quiet');
	}

	return {stepUs, heartbeat};
}

function settledNodes(nodesCount: number): Node[] {
	const world = createWorld({seed: 1, nodesCount});
	world.bootAll();
	world.run(5000);
	const states = world.nodes.map(node => node.state()!);
	if (states.some(state => !(state.view.length === nodesCount && state.phase === 'released' && state.kernel.pending.length === 0))) {
		throw new Error('the farm did not come to rest');
	}

	return world.nodes.map((node, index) => ({state: states[index]!, aheadMs: node.localNow(), inbox: []}));
}
