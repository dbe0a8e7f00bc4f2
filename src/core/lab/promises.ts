/** What a farm promises its clients, and whether the demo's numbers keep it. The limits stand here and nowhere else. */

import type {ClientReport, PhaseName, PhaseReport} from './phases.js';

/** Beyond the detection time: the survivors' handoff, and the clients' own granularity of 20 ms. */
export const takeoverMarginMs = 50;
export const failedRequestsMax = 0;
export const brokenConnectionsMax = 0;

export type Drama = {
	/** Cut off the network and healed. */
	readonly cutNode: string;
	/** Stopped for maintenance and started. */
	readonly stoppedNode: string;
	/** Its application dies and is started again by its daemon. */
	readonly killedNode: string;
	readonly detectionMs: number;
	readonly nodes: readonly string[];
};

export type Promised = {
	readonly promise: string;
	readonly isKept: boolean;
	/** What was measured. */
	readonly measured: string;
};

/** One verdict a promise. A phase that is missing keeps no promise, nor does one without any client to show it. */
export function evaluatePromises(reports: readonly PhaseReport[], drama: Drama): Promised[] {
	const clientsIn = (phase: PhaseName): readonly ClientReport[] => reports.find(report => report.phase === phase)?.clients ?? [];
	const {cutNode, stoppedNode, killedNode} = drama;
	const clientsOf = (phase: PhaseName, node: string): readonly ClientReport[] => clientsIn(phase).filter(({nodeBefore}) => nodeBefore === node);
	const others = (phase: PhaseName, node: string): readonly ClientReport[] => clientsIn(phase).filter(({nodeBefore}) => nodeBefore !== node);
	return [
		everyNodeServes(clientsIn('steady'), drama.nodes),
		undisturbed('in the steady farm nothing fails and nothing breaks', clientsIn('steady')),
		shortWait(`clients of ${cutNode}`, clientsOf('cut', cutNode), drama),
		undisturbed(`the other clients notice nothing of the loss of ${cutNode}`, others('cut', cutNode)),
		undisturbed(`the return of ${cutNode} disturbs no one`, clientsIn('heal')),
		serves(`${cutNode} serves again after it is back`, clientsIn('heal'), cutNode),
		undisturbed(`the planned stop of ${stoppedNode} refuses nothing and breaks nothing`, clientsIn('stop')),
		undisturbed(`the start of ${stoppedNode} refuses nothing and breaks nothing`, clientsIn('start')),
		serves(`${stoppedNode} serves again after its start`, clientsIn('start'), stoppedNode),
		shortWait(`when its application dies clients of ${killedNode}`, clientsOf('kill', killedNode), drama),
		undisturbed(`the other clients notice nothing of the death of the application of ${killedNode}`, others('kill', killedNode)),
		undisturbed(`${killedNode} mends itself and disturbs no one by that`, clientsIn('mend')),
		serves(`${killedNode} serves again without anyone's doing`, clientsIn('mend'), killedNode),
	];
}

export const areKept = (promises: readonly Promised[]): boolean => promises.length > 0 && promises.every(({isKept}) => isKept);

/** Requests that failed, for whatever reason. */
export const failedRequests = (clients: readonly ClientReport[]): number =>
	sum(clients, ({refused, reset, timedOut}) => refused + reset + timedOut);

export const brokenConnections = (clients: readonly ClientReport[]): number => sum(clients, ({broken}) => broken);

export const longestWait = (clients: readonly ClientReport[]): number => Math.max(0, ...clients.map(({longestWaitMs}) => longestWaitMs));

const sum = (clients: readonly ClientReport[], of: (client: ClientReport) => number): number =>
	clients.reduce((total, client) => total + of(client), 0);

const requestsBy = (clients: readonly ClientReport[], node: string): number => sum(clients, ({answered}) => answered[node] ?? 0);

function everyNodeServes(clients: readonly ClientReport[], nodes: readonly string[]): Promised {
	const idle = nodes.filter(node => requestsBy(clients, node) === 0);
	return {
		promise: 'every node of the steady farm serves',
		isKept: clients.length > 0 && idle.length === 0,
		measured: idle.length === 0 ? nodes.map(node => `${node} ${requestsBy(clients, node)}`).join(', ') : `nothing from ${idle.join(', ')}`,
	};
}

function shortWait(whose: string, clients: readonly ClientReport[], {detectionMs}: Drama): Promised {
	const limitMs = detectionMs + takeoverMarginMs;
	const waitedMs = longestWait(clients);
	const given = sum(clients, ({timedOut}) => timedOut);
	return {
		promise: `${whose} wait at most ${limitMs} ms`,
		isKept: clients.length > 0 && waitedMs <= limitMs && given === 0,
		measured: `${clients.length} clients, longest ${waitedMs} ms${given === 0 ? '' : `, ${given} gave up`}`,
	};
}

function undisturbed(promise: string, clients: readonly ClientReport[]): Promised {
	const failed = failedRequests(clients);
	const broken = brokenConnections(clients);
	return {
		promise,
		isKept: clients.length > 0 && failed <= failedRequestsMax && broken <= brokenConnectionsMax,
		measured: `${clients.length} clients, ${failed} failed requests, ${broken} of ${broken + sum(clients, ({completed}) => completed)} connections broken`,
	};
}

function serves(promise: string, clients: readonly ClientReport[], node: string): Promised {
	const requests = requestsBy(clients, node);
	return {promise, isKept: requests > 0, measured: `${requests} requests`};
}
