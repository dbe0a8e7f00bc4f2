/**
What a running node cannot take over from a new configuration, one sentence for each; all else it can.

The name and the back end are part of the name and the making of everything in its kernel. Under another seed every client of the farm would move, also
those of rules that do not change. A node's number and name are who it is. Another number of heartbeat networks makes every path to every peer another one.
*/

import type {Farm, NodeId} from '../model/farm.js';

/** Empty when all of it can change while the node runs. */
export function restartReasons(current: Farm, next: Farm, self: NodeId): string[] {
	const [own, ownNext] = [current, next].map(farm => farm.nodes.find(({id}) => id === self));
	const parts: ReadonlyArray<readonly [what: string, before: unknown, after: unknown]> = [
		['the farm\'s name', current.name, next.name],
		['the back end', current.backend, next.backend],
		['the seed', current.seed, next.seed],
		['this node\'s name', own?.name, ownNext?.name ?? own?.name],
		['the number of heartbeat networks', own?.addresses.length, (ownNext ?? own)?.addresses.length],
	];
	const renamed = next.nodes.some(({name, id}) => name === own?.name && id !== self);
	return [
		...parts.filter(([, before, after]) => before !== after).map(([what]) => `${what} cannot change while the daemon runs`),
		...renamed ? ['this node\'s id cannot change while the daemon runs'] : [],
		...ownNext === undefined && !renamed ? [`the configuration has no node with the id ${self} of this one: drain and stop this node first`] : [],
	];
}
