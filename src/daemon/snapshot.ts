/** The status that the daemon answers: what the membership core describes, joined with what only the shell knows. Pure. */

import type {MembershipDescription, NodeDescription} from '../core/membership/describe.js';
import type {Farm, NodeId} from '../core/model/farm.js';
import {slotsCount} from '../core/model/slot-set.js';
import type {MonoMs} from '../core/model/time.js';
import type {StatusApplication} from '../core/status/application.js';
import {
	statusEventsMax, statusSchemaVersion, type Status, type StatusCounters, type StatusEvent, type StatusGroup, type StatusKeys, type StatusNetwork, type StatusNode,
} from '../core/status/status.js';

export type SnapshotParts = {
	readonly farm: Farm;
	readonly description: MembershipDescription;
	readonly now: MonoMs;
	readonly startedAt: MonoMs;
	readonly wall: Date;
	readonly version: string;
	readonly counters: StatusCounters | undefined;
	readonly rejected: Readonly<Record<string, number>>;
	readonly keys: {readonly ids: () => StatusKeys; readonly keyOf: (id: NodeId) => string | undefined};
	readonly networks: ReadonlyMap<NodeId, readonly StatusNetwork[]>;
	readonly events: readonly StatusEvent[];
	/** Undefined where there is none. */
	readonly application: StatusApplication | undefined;
};

export function snapshot({farm, description, now, startedAt, wall, version, counters, rejected, keys, networks, events, application}: SnapshotParts): Status {
	const self = description.nodes.find(({isSelf}) => isSelf)!;
	const {timing} = farm.heartbeat;
	const names = new Map(description.nodes.map(({id, name}) => [id, name]));
	const {sealing, accepted} = keys.ids();
	const owned = description.nodes.reduce((all, {ownedCounts}) => all + sum(ownedCounts), 0);
	return {
		schema: statusSchemaVersion,
		farm: farm.name,
		node: self.name,
		version,
		at: wall.toISOString(),
		uptimeMs: now - startedAt,
		state: self.state,
		...(description.reason !== '' && {reason: description.reason}),
		view: {
			members: description.view.map(({id}) => names.get(id) ?? `node ${id}`),
			generation: description.generation,
			phase: description.phase,
		},
		coverage: {owned: description.coveredCount, total: slotsCount * farm.groups.length, overlapping: Math.max(0, owned - description.coveredCount)},
		lease: description.leaseEndAt === undefined ? {} : {restMs: Math.max(0, description.leaseEndAt - now)},
		timing: {
			detectionMs: timing.detectionMs, detectionMaxMs: timing.detectionMaxMs, intervalMs: timing.intervalMs, leaseMs: timing.leaseMs,
			...(description.stretchReason !== '' && {adaptation: description.stretchReason}),
		},
		quorum: farm.quorum,
		nodes: description.nodes.map(node => nodeStatus(node, farm, {networks: networks.get(node.id) ?? [], key: node.isSelf ? sealing : keys.keyOf(node.id)})).toSorted((a, b) => a.id - b.id),
		vips: farm.vips.map(({address, interface: name, mode, mac}) => ({
			address, interface: name, mode, mac,
		})),
		filter: {backEnd: farm.backend, ...(counters !== undefined && {counters})},
		rejected,
		keys: {sealing, accepted},
		...(description.connections !== undefined && {connections: description.connections}),
		...(application !== undefined && {application}),
		events: events.slice(-statusEventsMax).map(event => statusEvent(event)),
	};
}

function nodeStatus(node: NodeDescription, farm: Farm, {networks, key}: {readonly networks: readonly StatusNetwork[]; readonly key: string | undefined}): StatusNode {
	return {
		name: node.name,
		id: node.id,
		state: node.state,
		share: sum(node.ownedCounts) / (slotsCount * farm.groups.length),
		slots: sum(node.ownedCounts),
		retainedSlots: sum(node.retainedCounts),
		retainedConnections: node.retainedConnections,
		weight: node.weights[0] ?? 0,
		...(farm.groups.length > 1 && {groups: farm.groups.map(({name}, group) => groupStatus(name, node, group))}),
		lastHeartbeatMs: node.ageMs === undefined ? null : Math.round(node.ageMs),
		version: node.version ?? '',
		latenessMs: node.latenessMs,
		addresses: farm.nodes.find(({id}) => id === node.id)?.addresses ?? [],
		networks,
		isDirect: node.isDirect,
		detectionMs: node.detectionMs,
		...(key !== undefined && {key}),
		...(node.problem !== '' && {problem: node.problem}),
	};
}

/** Without what only the node's own files tell of it. */
const statusEvent = ({at, level, name, message, fields}: StatusEvent): StatusEvent => ({at, level, name, message, ...(fields !== undefined && {fields})});

/** A node with another configuration may tell of fewer groups. */
const groupStatus = (name: string, {ownedCounts, retainedCounts, weights}: NodeDescription, group: number): StatusGroup => ({
	name, share: (ownedCounts[group] ?? 0) / slotsCount, slots: ownedCounts[group] ?? 0, retainedSlots: retainedCounts[group] ?? 0, weight: weights[group] ?? 0,
});

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
