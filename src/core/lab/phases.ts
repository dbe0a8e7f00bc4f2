/** What the demo does to the farm, one phase after the other, and what its traffic reports of each. */

export const phaseNames = ['steady', 'cut', 'heal', 'stop', 'start', 'kill', 'mend'] as const;

export type PhaseName = typeof phaseNames[number];

/** What happens in each phase, for people. `node`: the one it happens to. */
export const phaseTitles: Readonly<Record<PhaseName, (node: string) => string>> = {
	steady: () => 'every node serves its share',
	cut: node => `${node} is cut off the network`,
	heal: node => `${node} is back on the network`,
	stop: node => `${node} is stopped for maintenance`,
	start: node => `${node} is started again`,
	kill: node => `the application of ${node} is killed`,
	mend: node => `${node} has mended itself and serves`,
};

/** How long each phase lasts at least; the cut outlasts the longest wait that is still told apart from never. */
export const phaseMs: Readonly<Record<PhaseName, number>> = {
	steady: 2000, cut: 3800, heal: 3000, stop: 5200, start: 3000, kill: 2000, mend: 2000,
};

/** What one client saw during one phase. Waits are beyond the client's normal pace, in milliseconds. */
export type ClientReport = {
	readonly client: string;
	/** Who answered it last before the phase began. */
	readonly nodeBefore: string | undefined;
	/** Requests answered, by node. */
	readonly answered: Readonly<Record<string, number>>;
	readonly refused: number;
	/** Connections that ended without an answer, new ones: reset or closed early. */
	readonly reset: number;
	/** Waits that no attempt ended within the longest wait. */
	readonly timedOut: number;
	/** Established connections that ended otherwise than by the client's own wish. */
	readonly broken: number;
	/** Established connections that the client ended as it meant to. */
	readonly completed: number;
	readonly longestWaitMs: number;
};

export type PhaseReport = {
	readonly phase: PhaseName;
	readonly clients: readonly ClientReport[];
};

/** One look at the traffic, several a second. Totals are since the demo began. */
export type TrafficSample = {
	readonly phase: PhaseName;
	readonly answered: Readonly<Record<string, number>>;
	/** How many clients each node answered last. */
	readonly clientsOf: Readonly<Record<string, number>>;
	/** Clients that wait longer than their pace now. */
	readonly waiting: number;
	readonly failed: number;
	readonly broken: number;
	/** How late the traffic program itself ran at worst since the last sample: what it cannot measure better than. */
	readonly latenessMs: number;
};

/** One thing that went wrong for one client. */
export type Trouble = {
	readonly phase: PhaseName;
	readonly client: string;
	readonly what: 'refused' | 'reset' | 'timedOut' | 'broken';
	/** Who served the client last, or for a broken connection its server. */
	readonly node: string | undefined;
	/** The system's word for it. */
	readonly reason: string;
};

export type TrafficLine =
	| ({readonly kind: 'trouble'} & Trouble)
	| ({readonly kind: 'sample'} & TrafficSample)
	| ({readonly kind: 'report'} & PhaseReport);

/** Requests by node over all clients of a report, or of several. */
export function answeredByNode(reports: readonly PhaseReport[]): Record<string, number> {
	const sums: Record<string, number> = {};
	for (const {clients} of reports) {
		for (const {answered} of clients) {
			for (const [node, count] of Object.entries(answered)) {
				sums[node] = (sums[node] ?? 0) + count;
			}
		}
	}

	return sums;
}
