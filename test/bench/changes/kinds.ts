/** The changes of one cycle, in their order. After each the farm is whole; after the last of either part it is as before the first. */

import {execFile} from 'node:child_process';
import path from 'node:path';
import {promisify} from 'node:util';
import {configFileOf, runDirOf} from '../../../src/edge/lab/players.js';
import {writeShape, type ChangingFarm} from './farm.js';
import type {Change} from './play.js';
import type {Shape} from './shape.js';

const run = promisify(execFile);

const program = path.join(import.meta.dirname, '../../../../bin/farmctl');

const attemptsMax = 5;

/** Whose daemon is asked, which passes orders for others on over the farm's sealed channel. */
const asked = 'web1';

/** What an operator tells a node. */
export const orders: readonly Change[] = [
	order('drain', ['drain', 'web2'], {resting: ['web2']}),
	order('start', ['start', 'web2'], {resting: []}),
	{kind: 'stop', make: stopped},
	order('start', ['start', 'web3'], {resting: []}),
	order('weight 1 to 3', ['weight', 'web1', '3'], {weights: {web1: 3}}),
	order('weight 3 to 1', ['weight', 'web1', 'default'], {weights: {}}),
];

/** What a new version or another configuration brings. */
export const renewals: readonly Change[] = [
	{kind: 'daemon restarted', make: restarted},
	apply('rule added', {hasAddedRule: true}),
	apply('affinity of a rule changed', {turnedAffinity: 'connection'}),
	apply('rule removed', {hasAddedRule: false}),
	{kind: 'node added', make: added},
	{kind: 'node removed', make: removed},
	apply('affinity of a rule changed', {turnedAffinity: 'client'}),
];

export const cycle: readonly Change[] = [...orders, ...renewals];

function order(kind: string, words: readonly string[], shape: Partial<Shape>): Change {
	return {
		kind,
		async make(farm) {
			await farmctl(farm, 'node', ...words);
			farm.shape = {...farm.shape, ...shape};
			await farm.whole();
		},
	};
}

/** The file is the operator's and not that of the nodes, which write theirs themselves. */
function apply(kind: string, shape: Partial<Shape>): Change {
	return {
		kind,
		async make(farm) {
			const file = path.join(farm.lab.place.folder, 'wanted.yaml');
			writeShape(farm, {...farm.shape, ...shape}, file);
			await farmctl(farm, 'apply', file, '--yes', '--config', configFileOf(farm.lab));
			await farm.whole();
		},
	};
}

const once = async ({lab, node}: ChangingFarm, ...words: readonly string[]): Promise<unknown> => run(program, [...words, '--run-dir', runDirOf(lab, node(asked))]);

/** As a person would who gives an order again when a busy machine has not answered it in time: it says the same as before. */
async function farmctl(farm: ChangingFarm, ...words: readonly string[]): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		try {
			await once(farm, ...words);
			return;
		} catch (error) {
			if (attempt === attemptsMax) {
				throw error;
			}
		}
	}
}

/** The verb waits for the established connections, and would cut what is left in the end; the node is started again before. */
async function stopped(farm: ChangingFarm): Promise<void> {
	void once(farm, 'node', 'stop', 'web3', '--timeout', '10m').catch(() => undefined);
	farm.shape = {...farm.shape, resting: ['web3']};
	await farm.whole();
}

/** Its connections are served by the kernel alone until the next daemon is there. */
async function restarted(farm: ChangingFarm): Promise<void> {
	farm.signal('web3', 'SIGUSR2');
	await farm.ended('web3');
	farm.start('web3');
	await farm.whole();
}

/** The one of the last cycle must be gone: it serves its connections until they end by themselves. */
async function added(farm: ChangingFarm): Promise<void> {
	await farm.ended('web4');
	await configured(farm, {...farm.shape, nodes: [...farm.shape.nodes, 'web4']});
	farm.start('web4');
	await farm.runs('web4');
	// It remembers that it was drained.
	await farmctl(farm, 'node', 'start', 'web4');
	await farm.whole();
}

async function removed(farm: ChangingFarm): Promise<void> {
	await farmctl(farm, 'node', 'drain', 'web4');
	farm.shape = {...farm.shape, resting: ['web4']};
	await farm.whole();
	await configured(farm, {...farm.shape, nodes: farm.shape.nodes.filter(name => name !== 'web4'), resting: []});
	await farm.whole();
	farm.signal('web4', 'SIGTERM');
}

/** Every node of the new shape that runs takes it over. */
async function configured(farm: ChangingFarm, shape: Shape): Promise<void> {
	writeShape(farm, shape);
	await Promise.all(shape.nodes.map(async name => farm.reload(name)));
}
