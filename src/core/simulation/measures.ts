/** Everything that is measured of a farm, and where it hears of changes from. */

import {isOut, ownShare} from '../membership/application.js';
import type {MembershipConfig} from '../membership/types.js';
import {ownersIn} from '../membership/view.js';
import type {NodeId, Timing} from '../model/farm.js';
import {allSlotsOf, countSlots, slotStride} from '../model/slot-set.js';
import {createAcceptance, type Acceptance} from './acceptance.js';
import type {Agenda} from './agenda.js';
import {createConnections, type Connections} from './connections.js';
import {createCoverage, type Coverage} from './coverage.js';
import {createMoves, type Moves} from './moves.js';
import type {NetworkModel} from './network-model.js';
import type {NodeModel} from './node-model.js';
import type {Chronicle} from './chronicle.js';
import {createSafety, type Safety} from './safety.js';

export type Measures = {
	readonly acceptance: Acceptance;
	readonly coverage: Coverage;
	readonly safety: Safety;
	readonly moves: Moves;
	readonly connections: Connections;
	/** To be called after every change of the node's kernel. */
	refresh: (id: NodeId) => void;
	/** The node's host went down. */
	crash: (id: NodeId) => void;
	/** What was so far does not count. */
	begin: () => void;
};

export type MeasuresParts = {
	readonly agenda: Agenda;
	readonly network: NetworkModel;
	readonly nodes: ReadonlyMap<NodeId, NodeModel>;
	readonly chronicle: Chronicle;
	readonly timing: Timing;
	readonly nameOf: (id: NodeId) => string;
	readonly weightsOf: (id: NodeId) => readonly number[];
	readonly groups: MembershipConfig['groups'];
};

export function createMeasures({agenda, network, nodes, chronicle, timing, nameOf, weightsOf, groups}: MeasuresParts): Measures {
	const {now} = agenda;
	const nodeOf = (id: NodeId): NodeModel => nodes.get(id)!;
	const acceptance = createAcceptance({
		agenda,
		nodeOf,
		changed(id, before, after) {
			coverage.change(acceptance.ofAll());
			safety.change(id);
			moves.change(id, before, after);
			connections.refresh(id);
		},
	});
	const coverage = createCoverage(now, allSlotsOf(groups.length));
	const safety = createSafety({
		now,
		network,
		nodeOf,
		ids: () => nodes.keys(),
		acceptance,
		timing,
		record({nodes: [a, b], slots, from}) {
			chronicle.say(`VIOLATION: ${nameOf(a)} and ${nameOf(b)} both accept ${countSlots(slots)} slots since ${from.toFixed(2)}`);
		},
	});
	const slotNumbers = groups.length * slotStride;
	const moves = createMoves({
		slotNumbers,
		now,
		rightOwners: () => ownersIn([...nodes.values()].filter(node => isFit(node)).map(({id, state}) => ({
			id, incarnation: 0, weights: weightsOf(id), shareThousandths: ownShare(state()!),
		})), groups),
		runsSince: id => nodeOf(id).state() === undefined ? Infinity : nodeOf(id).runsSince(),
		acceptedBy: acceptance.of,
		acceptors: acceptance.ids,
	});
	const connections = createConnections({nodeOf, ids: [...nodes.keys()], slotNumbers});
	const isFit = (node: NodeModel): boolean => {
		const state = node.state();
		return state?.wanted === 'serve' && state.waitReason === '' && state.hindrance === '' && state.nextConfig === undefined && !isOut(state) && node.runsSince() <= now();
	};

	return {
		acceptance,
		coverage,
		safety,
		moves,
		connections,
		refresh(id) {
			acceptance.refresh(id);
			safety.judgeOpen();
			connections.refresh(id);
		},
		begin() {
			coverage.begin();
			moves.begin();
			connections.begin();
			safety.begin();
		},
		crash(id) {
			acceptance.refresh(id);
			connections.crash(id);
		},
	};
}
