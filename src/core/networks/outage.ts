/**
Tells a lost network from a lost peer. A network is lost for a peer that is not heard there for the detection time while it has been heard on another for
as long; it is back when the peer has been heard there for the detection time. So neither a peer that returns nor a pause of this node loses a network.
*/

import type {FarmEvent} from '../model/event.js';
import type {FarmNode} from '../model/farm.js';
import type {Path} from './path.js';

/** The loss of a network is told at most this often for each peer; one that is still lost then is told then. */
export const lossToldEveryMs = 10_000;

/** Peers of one event that are named. */
export const namesShownMax = 3;

export type PeerPaths = {readonly node: FarmNode; readonly paths: readonly Path[]};

export type Look = {
	/** This node's addresses, one a network. */
	readonly addresses: readonly string[];
	readonly detectionMs: number;
	readonly now: number;
};

/** All peers as of now, and what there is to tell: at most two events a network. */
export function judgeNetworks(peers: readonly PeerPaths[], look: Look): {readonly peers: readonly PeerPaths[]; readonly events: readonly FarmEvent[]} {
	const judged = peers.map(({node, paths}) => ({node, paths: paths.map((path, network) => told(judgePath(path, paths.filter((_, other) => other !== network), look), look.now))}));
	const events = look.addresses.flatMap((address, network) => {
		const changed = (isLossTold: boolean): FarmNode[] => judged.filter(({paths}, index) =>
			paths[network]?.isLossTold === isLossTold && peers[index]!.paths[network]!.isLossTold !== isLossTold).map(({node}) => node);
		return [...lostEvents(changed(true), network, address), ...backEvents(changed(false), network, address)];
	});
	return {peers: judged, events};
}

function judgePath(path: Path, others: readonly Path[], {detectionMs, now}: Look): Path {
	const isHeard = ({heardAt}: Path): boolean => heardAt !== undefined && now - heardAt < detectionMs;
	const isSteady = (one: Path): boolean => isHeard(one) && now - one.steadyAt! >= detectionMs;
	const isLost = path.isLost ? !isSteady(path) : !isHeard(path) && others.some(other => isSteady(other));
	return isLost === path.isLost ? path : {...path, isLost};
}

/** What has not been told yet, unless it was told a moment ago. */
function told(path: Path, now: number): Path {
	if (path.isLost === path.isLossTold) {
		return path;
	}

	if (!path.isLost) {
		return {...path, isLossTold: false};
	}

	return path.lossToldAt !== undefined && now - path.lossToldAt < lossToldEveryMs ? path : {...path, isLossTold: true, lossToldAt: now};
}

function lostEvents(nodes: readonly FarmNode[], network: number, address: string): FarmEvent[] {
	return nodes.length === 0 ? [] : [{
		level: 'warning',
		name: 'network-lost',
		message: `network ${network + 1} (${address}): ${nodeNames(nodes, network)} not heard there, but on another network; see: ip -s link`,
		fields: fieldsOf(nodes, network, address),
	}];
}

function backEvents(nodes: readonly FarmNode[], network: number, address: string): FarmEvent[] {
	return nodes.length === 0 ? [] : [{
		level: 'info', name: 'network-back', message: `network ${network + 1} (${address}): ${nodeNames(nodes, network)} heard there again`, fields: fieldsOf(nodes, network, address),
	}];
}

const fieldsOf = (nodes: readonly FarmNode[], network: number, address: string) => ({network: network + 1, address, nodes: nodes.map(({name}) => name).join(', ')});

function nodeNames(nodes: readonly FarmNode[], network: number): string {
	const shown = nodes.slice(0, namesShownMax).map(({name, addresses}) => `${name} (${addresses[network]!})`);
	const more = nodes.length - shown.length;
	return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
