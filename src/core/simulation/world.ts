/** A farm in virtual time: one seed decides everything that chance decides. */

import {kernelTickMs} from '../config/timing.js';
import type {MembershipConfig, Transition} from '../membership/types.js';
import type {ApplicationClaim} from '../model/application-claim.js';
import type {NodeId, Quorum, Timing} from '../model/farm.js';
import {defaultGroupName} from '../model/group.js';
import {countSlots, slotsCount} from '../model/slot-set.js';
import {monoMs} from '../model/time.js';
import {createAgenda, type Agenda} from './agenda.js';
import {createMeasures, type Measures} from './measures.js';
import {createNetworkModel, type NetworkModel} from './network-model.js';
import {createNodeModel, type NodeModel} from './node-model.js';
import {noPlant, type Plant} from './plant.js';
import {createRandom, type Random} from './random.js';
import {createChronicle, type Chronicle} from './chronicle.js';
import type {Safety} from './safety.js';

/** As `detection: 300ms` is configured. */
export const timing300: Timing = {
	intervalMs: 50, detectionMs: 300, detectionMaxMs: 300, leaseMs: 260, silenceMs: 125, lossesMax: 1, timerLatenessMs: 5, delayMs: 5, driftFraction: 0.01,
};

/** What all nodes of a farm are configured with, and what one is that differs. */
export const fingerprints = {usual: '00000000000000aa', other: '00000000000000bb'} as const;

export type WorldNode = MembershipConfig['nodes'][number];

export type WorldOptions = {
	readonly seed: number;
	/** Nodes n1, n2 and so on; `nodes` says more. */
	readonly nodesCount?: number;
	readonly nodes?: readonly WorldNode[];
	/** Without it there is one, by weight. */
	readonly groups?: MembershipConfig['groups'];
	readonly timing?: Timing;
	readonly quorum?: Quorum;
	readonly keepAtLeast?: number;
	readonly finishMs?: number;
	readonly retainMs?: number;
	readonly plant?: Plant;
	/** Clocks run up to this fraction fast or slow. */
	readonly drift?: number;
	/** A kernel change takes up to this long. */
	readonly kernelMsMax?: number;
	/** A lease ends up to this much early. */
	readonly earlyMsMax?: number;
	/** A node may go from the middle of a change of the configuration to its end. */
	readonly middleReached?: (id: NodeId, towards: string) => void;
};

export type World = Chronicle & {
	readonly agenda: Agenda;
	readonly random: Random;
	readonly network: NetworkModel;
	readonly nodes: readonly NodeModel[];
	readonly groups: MembershipConfig['groups'];
	/** Of all groups. */
	readonly slotsCount: number;
	readonly measures: Measures;
	readonly safety: Safety;
	node: (id: NodeId) => NodeModel;
	nameOf: (id: NodeId) => string;
	/** How many slots some node accepts now. */
	covered: () => number;
	configOf: (id: NodeId) => MembershipConfig;
	/** Starts the daemon; `clockBackMs` is how far its clock was set back. */
	boot: (id: NodeId, clockBackMs?: number) => void;
	/** An operator drains the node, which remembers it; what is left is cut after so long, or never. */
	drain: (id: NodeId, cutAfterMs?: number) => void;
	/** An operator starts the node: a daemon that is there is told, another is begun. */
	start: (id: NodeId) => void;
	bootAll: () => void;
	configure: (id: NodeId, change: Partial<MembershipConfig>, transition?: Transition) => void;
	/** The node is told another weight, in the first group or another, and remembers it. */
	setWeight: (id: NodeId, weight: number, group?: number) => void;
	/** As configured again. */
	resetWeights: (id: NodeId) => void;
	/** The weights that the node serves with, or would. */
	weightsOf: (id: NodeId) => readonly number[];
	/** The node's application asks this, and again when the daemon is another. */
	claim: (id: NodeId, claim: ApplicationClaim) => void;
	crashHost: (id: NodeId) => void;
	killDaemon: (id: NodeId) => void;
	run: (ms: number) => void;
	/** Runs until it is true or the time is over; returns whether it is. */
	runUntil: (isSo: () => boolean, msMax: number, stepMs?: number) => boolean;
};

/** A gate is passed in about this part of the time that a change of the whole table takes. */
const passParts = 30;

const numbered = (count: number): WorldNode[] => Array.from({length: count}, (_, index) => ({id: index + 1, name: `n${index + 1}`, weights: [1]}));

export function createWorld({
	seed, nodesCount = 3, nodes: members = numbered(nodesCount), groups = [{name: defaultGroupName, order: []}], timing = timing300, quorum = 'none', keepAtLeast = 0, finishMs = 500,
	retainMs = finishMs, plant = noPlant, middleReached, ...clocks
}: WorldOptions): World {
	const {drift = 0, kernelMsMax = 0.05, earlyMsMax = drift === 0 ? 0 : kernelTickMs} = clocks;
	const agenda = createAgenda();
	const random = createRandom(seed);
	const chronicle = createChronicle(agenda.now);
	const beforeChange = (): void => {
		measures.safety.settle();
	};

	const network = createNetworkModel(agenda, random, beforeChange);
	const configs = new Map<NodeId, MembershipConfig>(members.map(({id}) => [id, {
		self: id,
		nodes: members,
		groups,
		timing,
		quorum,
		keepAtLeast,
		finishMs,
		retainMs,
		fingerprint: fingerprints.usual,
		version: '1.2.3',
	}]));
	const resting = new Set<NodeId>();
	const claims = new Map<NodeId, ApplicationClaim>();
	const told = new Map<NodeId, readonly number[]>();
	const names = new Map(members.map(({id, name}) => [id, name]));

	const nodes = new Map<NodeId, NodeModel>(members.map(({id, name}) => [id, createNodeModel({
		id,
		agenda,
		random,
		plant,
		rate: 1 + random.between(-drift, drift),
		offsetMs: Math.floor(random.between(0, 1_000_000)),
		kernelMs: ({kind}) => random.between(0.02, kind === 'pass' ? Math.max(0.02, kernelMsMax / passParts) : kernelMsMax),
		earlyMs: () => earlyMsMax === 0 ? 0 : random.between(0, earlyMsMax),
		transmit(to, packet) {
			network.carry(id, to, packet, nodes.get(to)!.receive);
		},
		kernelChanged() {
			measures.refresh(id);
		},
		connected: () => measures.connections.servedBy(id),
		beforeChange,
		middleReached(towards) {
			middleReached?.(id, towards);
		},
		record(event) {
			chronicle.tell(event, name);
		},
	})]));
	const list = [...nodes.values()];
	const measures = createMeasures({
		agenda, network, nodes, chronicle, timing, nameOf: id => names.get(id)!, weightsOf: id => world.weightsOf(id), groups,
	});

	const world: World = {
		...chronicle,
		agenda,
		random,
		network,
		nodes: list,
		groups,
		slotsCount: groups.length * slotsCount,
		measures,
		safety: measures.safety,
		node: id => nodes.get(id)!,
		nameOf: id => names.get(id)!,
		covered: () => countSlots(measures.coverage.covered()),
		configOf: id => configs.get(id)!,
		boot(id, clockBackMs = 0) {
			chronicle.say('boots', names.get(id));
			nodes.get(id)!.boot(configs.get(id)!, plant.incarnation ?? Math.floor(1_700_000_000_000 + agenda.now() - clockBackMs), {
				wanted: resting.has(id) ? 'rest' : 'serve', weights: told.get(id), claim: claims.get(id),
			});
		},
		drain(id, cutAfterMs) {
			const node = nodes.get(id)!;
			resting.add(id);
			node.submit({kind: 'rest', ...(cutAfterMs !== undefined && {cutAt: monoMs(node.localNow() + cutAfterMs)})});
		},
		start(id) {
			resting.delete(id);
			if (nodes.get(id)!.state() === undefined) {
				world.boot(id);
			} else {
				nodes.get(id)!.submit({kind: 'start'});
			}
		},
		bootAll() {
			for (const {id} of members) {
				world.boot(id);
			}
		},
		configure(id, change, transition = {}) {
			const config = {...configs.get(id)!, ...change};
			configs.set(id, config);
			nodes.get(id)!.submit({kind: 'configure', config, ...transition});
		},
		setWeight(id, weight, group = 0) {
			chronicle.say(`weight ${weight}${group === 0 ? '' : ` in group ${groups[group]!.name}`}`, names.get(id));
			told.set(id, world.weightsOf(id).with(group, weight));
			nodes.get(id)!.submit({kind: 'weights', weights: told.get(id)});
		},
		resetWeights(id) {
			told.delete(id);
			nodes.get(id)!.submit({kind: 'weights', weights: undefined});
		},
		weightsOf: id => told.get(id) ?? configs.get(id)!.nodes.find(node => node.id === id)!.weights,
		claim(id, claim) {
			claims.set(id, claim);
			nodes.get(id)!.submit({kind: 'application', claim});
		},
		crashHost(id) {
			chronicle.say('host crashes', names.get(id));
			nodes.get(id)!.kill();
			nodes.get(id)!.kernel.reset();
			measures.crash(id);
		},
		killDaemon(id) {
			chronicle.say('daemon killed', names.get(id));
			nodes.get(id)!.kill();
		},
		run(ms) {
			agenda.runUntil(agenda.now() + ms);
			measures.safety.judgeOpen();
		},
		runUntil(isSo, msMax, stepMs = 1) {
			const end = agenda.now() + msMax;
			while (!isSo()) {
				if (agenda.now() >= end) {
					return false;
				}

				agenda.runUntil(agenda.now() + stepMs);
			}

			return true;
		},
	};
	return world;
}
