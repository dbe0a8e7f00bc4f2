/** All the traffic of a farm that changes: a service on each node; on the client host connections that stay, connections that come, and UDP flows. */

import path from 'node:path';
import {bareAddress} from '../../../src/core/lab/topology.js';
import {startLineProgram, type LineProgram} from '../line-program.js';
import {nodeNamed} from '../../../src/edge/lab/faults.js';
import {configFileOf} from '../../../src/edge/lab/players.js';
import {loadFarm} from '../../../src/edge/config/load.js';
import type {ComeLook, ComePlan} from '../traffic/come.js';
import type {KeepLook, KeepPlan} from '../traffic/keep.js';
import type {ProbeLook, ProbePlan} from '../traffic/probe.js';
import type {ServerLook} from '../traffic/server.js';
import {clientAddresses, type ChangingFarm} from './farm.js';
import {movesOfCycle, portOf} from './shape.js';
import {chooseFlows} from './flows.js';

export type Load = {
	readonly connections: number;
	readonly everyMs: number;
	readonly newPerSecond: number;
};

/**
What two processors carry beside the farm itself, and beside others. A message each 20 ms would be 50,000 a second, each flooded to every node, and so are
the acknowledgements; two processors carry some 16,000, and then nothing else.
*/
export const loadWanted: Load = {connections: 1000, everyMs: 200, newPerSecond: 500};

/** Of all that is told at once: since the last look. */
export type TrafficLook = {
	readonly keep: KeepLook;
	readonly come: ComeLook;
	readonly probe: ProbeLook;
	/** By the nodes' names. */
	readonly servers: ReadonlyMap<string, ServerLook>;
};

export type Traffic = {
	/** How many UDP flows there are. */
	readonly flowsCount: number;
	/** UDP datagrams come fast while something changes. */
	readonly look: (pace: 'slow' | 'fast') => Promise<TrafficLook>;
	/** The service of a node, with all its connections. */
	readonly endServer: (name: string) => Promise<void>;
	readonly startServer: (name: string) => Promise<void>;
	readonly end: () => Promise<void>;
};

const sourcesCount = 256;
const stallMs = 2000;
/** Far longer than TCP waits before it sends anew what is lost: only a connection that nobody serves any more is silent for so long. */
const brokenMs = 30_000;
/** All flows together. */
const datagramsPerSecond = 6000;
const slowMs = 20;
const mortal = {mortalEach: 10, lifeMinMs: 5000, lifeMaxMs: 15_000};

/** Resolves when all connections that stay are established. */
export async function startTraffic({lab}: ChangingFarm, load: Load): Promise<Traffic> {
	const {topology} = lab;
	const [vip4, vip6] = topology.vips.map(vip => bareAddress(vip));
	const pairs = clientAddresses(sourcesCount).map(source => ({source, target: source.includes(':') ? vip6! : vip4!}));
	const program = <Answer>(namespace: string, name: string, ...words: readonly string[]): LineProgram<Answer> =>
		startLineProgram<Answer>(namespace, path.join(import.meta.dirname, '../traffic', `${name}.js`), ...words);
	const onClient = <Answer>(name: string, plan: unknown): LineProgram<Answer> => program<Answer>(topology.client.namespace, name, JSON.stringify(plan));

	const servers = new Map<string, LineProgram<ServerLook>>();
	const startServer = async (name: string): Promise<void> => {
		const server = program<ServerLook>(nodeNamed(lab, name).namespace, 'server', ...Object.values(portOf).map(String));
		await server.ask('look');
		servers.set(name, server);
	};

	await Promise.all(topology.nodes.map(async ({name}) => startServer(name)));
	const keep = onClient<KeepLook>('keep', {port: portOf.main, count: load.connections, everyMs: load.everyMs, stallMs, brokenMs, sources: pairs, ...mortal} satisfies KeepPlan);
	const come = onClient<ComeLook>('come', {port: portOf.main, perSecond: load.newPerSecond, sources: pairs, dialect: 'echo', isEachTold: false} satisfies ComePlan);
	const flows = chooseFlows((await loadFarm(configFileOf(lab))).farm, pairs, movesOfCycle);
	const probe = onClient<ProbeLook>('probe', {port: portOf.main, slowMs, fastMs: (1000 * flows.length) / datagramsPerSecond, flows} satisfies ProbePlan);
	const traffic: Traffic = {
		flowsCount: flows.length,
		async look(pace) {
			const [keepLook, comeLook, probeLook] = await Promise.all([keep.ask('look'), come.ask('look'), probe.ask(pace)]);
			const looks = await Promise.all([...servers].map(async ([name, server]) => [name, await server.ask('look')] as const));
			return {keep: keepLook, come: comeLook, probe: probeLook, servers: new Map(looks)};
		},
		startServer,
		async endServer(name) {
			await servers.get(name)?.end();
			servers.delete(name);
		},
		async end() {
			await keep.ask('end').catch(() => undefined);
			await Promise.all([keep, come, probe, ...servers.values()].map(async one => one.end()));
		},
	};
	for (;;) {
		const {keep: {waiting}} = await traffic.look('slow');
		if (waiting === 0) {
			return traffic;
		}
	}
}
