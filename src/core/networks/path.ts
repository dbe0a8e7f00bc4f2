/**
One peer by one network: when its heartbeats arrive there, how many are missing, how long a probe takes. Each function returns the next state.

Times are fractional milliseconds of one monotonic clock. A peer's new life, a higher incarnation, begins its counts anew.
*/

export type Path = {
	/** Of the peer's life that the counts are about; -1 before any. */
	readonly incarnation: number;
	/** When its newest heartbeat by this network arrived. */
	readonly heardAt: number | undefined;
	/** Since when no two of them were further apart than the detection time. */
	readonly steadyAt: number | undefined;
	/** The highest sequence number that arrived, and which of the thirty before it did: bit i stands for the one i below. */
	readonly highest: number;
	readonly arrived: number;
	/** Different heartbeats that arrived. */
	readonly received: number;
	/** What the peer had sent when it last said so, and what had arrived then. */
	readonly counted: {readonly sent: number; readonly received: number} | undefined;
	/** Heartbeats that should have arrived and those that did not, fading (`loss.ts`). */
	readonly expected: number;
	readonly missing: number;
	/** Probes that came back, and how long they took, smoothed (`round-trip.ts`). */
	readonly answersCount: number;
	readonly rttMs: number | undefined;
	readonly jitterMs: number;
	readonly lastRttMs: number;
	/** When a heartbeat of the peer arrived by the multicast group, and when the peer said that those of this node do (`group.ts`). */
	readonly groupHeardAt: number | undefined;
	readonly groupHeardThereAt: number | undefined;
	/** Whether the peer is heard on another network and not on this one (`outage.ts`). */
	readonly isLost: boolean;
	/** Whether that has been told, and when the last time. */
	readonly isLossTold: boolean;
	readonly lossToldAt: number | undefined;
};

export const emptyPath: Path = {
	incarnation: -1,
	heardAt: undefined,
	steadyAt: undefined,
	highest: -1,
	arrived: 0,
	received: 0,
	counted: undefined,
	expected: 0,
	missing: 0,
	answersCount: 0,
	rttMs: undefined,
	jitterMs: 0,
	lastRttMs: 0,
	groupHeardAt: undefined,
	groupHeardThereAt: undefined,
	isLost: false,
	isLossTold: false,
	lossToldAt: undefined,
};

export type HeardHeartbeat = {
	readonly incarnation: number;
	readonly sequence: number;
	/** Whether it was sent to the multicast group. */
	readonly isGroup: boolean;
	readonly detectionMs: number;
	readonly now: number;
};

/** A heartbeat, or a true copy of one, arrived by this network. Of a life before the newest it counts for nothing. */
export function heardHeartbeat(path: Path, {incarnation, sequence, isGroup, detectionMs, now}: HeardHeartbeat): Path {
	if (incarnation < path.incarnation) {
		return path;
	}

	const isSteady = path.heardAt !== undefined && now - path.heardAt < detectionMs;
	return {
		...withArrival(inLife(path, incarnation), sequence),
		heardAt: now,
		steadyAt: isSteady ? path.steadyAt : now,
		groupHeardAt: isGroup ? now : path.groupHeardAt,
	};
}

/** The path with the counts of this life of the peer. */
export const inLife = (path: Path, incarnation: number): Path => incarnation === path.incarnation
	? path
	: {
		...path, incarnation, highest: -1, arrived: 0, received: 0, counted: undefined, groupHeardAt: undefined, groupHeardThereAt: undefined,
	};

const arrivedBits = 31;

/** Copies are counted once; one that was overtaken by more than the bits tell of is not counted. */
function withArrival(path: Path, sequence: number): Path {
	const ahead = sequence - path.highest;
	if (ahead > 0) {
		const arrived = ahead < arrivedBits ? ((path.arrived % (2 ** (arrivedBits - ahead))) * (2 ** ahead)) + 1 : 1;
		return {
			...path, highest: sequence, arrived, received: path.received + 1,
		};
	}

	const bit = 2 ** -ahead;
	const isNew = -ahead < arrivedBits && Math.floor(path.arrived / bit) % 2 === 0;
	return isNew ? {...path, arrived: path.arrived + bit, received: path.received + 1} : path;
}
