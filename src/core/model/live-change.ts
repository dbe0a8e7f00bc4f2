/**
What a running daemon can take over from a new configuration, and what needs a restart of the node.

Live: nodes added and removed, weights, the timing of heartbeats, the times to finish and to retain. All else is part of the filter, of the address or of the
sockets that stand already.
*/

import type {Farm, NodeId} from './farm.js';

/** One sentence for each thing that cannot change live; empty when all of it can. */
export function liveChangeRefusals(current: Farm, next: Farm, self: NodeId): string[] {
	const ownAddresses = (farm: Farm): unknown => farm.nodes.find(({id}) => id === self)?.addresses;
	const name = (farm: Farm): unknown => farm.nodes.find(({id}) => id === self)?.name;
	const parts: ReadonlyArray<readonly [what: string, before: unknown, after: unknown]> = [
		['the farm\'s name', current.name, next.name],
		['this node\'s name', name(current), name(next)],
		['this node\'s addresses', ownAddresses(current), ownAddresses(next)],
		['the heartbeat port', current.heartbeat.port, next.heartbeat.port],
		['the multicast groups', current.heartbeat.multicast, next.heartbeat.multicast],
		['the key file', current.keyFile, next.keyFile],
		['the VIPs', current.vips, next.vips],
		['the groups', groupShapes(current), groupShapes(next)],
		['the rules', current.rules, next.rules],
		['the back end', current.backend, next.backend],
		['the seed', current.seed, next.seed],
		['the quorum and its witnesses', [current.quorum, current.witnesses], [next.quorum, next.witnesses]],
	];
	return parts.filter(([, before, after]) => JSON.stringify(before) !== JSON.stringify(after))
		.map(([what]) => `${what} cannot change while the daemon runs`);
}

/** Weights change live. */
const groupShapes = ({groups}: Farm): unknown => groups.map(({name, order}) => ({name, order}));
