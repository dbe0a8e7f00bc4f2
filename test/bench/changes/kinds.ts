/** The changes of one cycle, in their order. After each the farm is whole; after the last of either part it is as before the first. */

import {runDirOf} from '../../../src/edge/lab/players.js';
import {request} from '../../../src/edge/control/client.js';
import type {ControlRequest} from '../../../src/edge/control/protocol.js';
import type {ChangingFarm} from './farm.js';
import type {Change} from './play.js';
import type {Shape} from './shape.js';

/** Who is asked to pass orders on. */
const asked = 'web1';
const orderMs = 20_000;
/** As `farmctl node stop` has it: what is left after so long is cut. The node is started again before. */
const stopMs = 600_000;

/** What an operator tells a node. */
export const orders: readonly Change[] = [
	order('drain', 'web2', {verb: 'node-drain'}, {resting: ['web2']}),
	order('start', 'web2', {verb: 'node-start'}, {resting: []}),
	order('stop', 'web3', {verb: 'node-drain', cutAfterMs: stopMs}, {resting: ['web3']}),
	order('start', 'web3', {verb: 'node-start'}, {resting: []}),
	order('weight 1 to 3', 'web1', {verb: 'node-weight', weight: 3}, {weights: {web1: 3}}),
	order('weight 3 to 1', 'web1', {verb: 'node-weight'}, {weights: {}}),
];

/** What a new version or another configuration brings. */
export const renewals: readonly Change[] = [
	restart('daemon restarted', 'web3'),
];

export const cycle: readonly Change[] = [...orders, ...renewals];

/** An order to one node, which reaches it over the farm's sealed channel. */
function order(kind: string, node: string, question: ControlRequest, shape: Partial<Shape>): Change {
	return {
		kind,
		async make(farm) {
			const own = runDirOf(farm.lab, farm.node(asked));
			const passedOn = node === asked ? question : {verb: 'ask', node, request: question, timeoutMs: orderMs};
			await request(own, passedOn, {timeoutMs: orderMs});
			farm.shape = {...farm.shape, ...shape};
			await farm.whole();
		},
	};
}

/** Its connections are served by the kernel alone until the next daemon is there. */
function restart(kind: string, name: string): Change {
	return {
		kind,
		async make(farm: ChangingFarm) {
			farm.signal(name, 'SIGUSR2');
			await farm.ended(name);
			farm.start(name);
			await farm.whole();
		},
	};
}
