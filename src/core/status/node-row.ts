/** One node as the row that `status` and `top` show. */

import type {NodeState} from '../membership/types.js';
import type {Status, StatusNode} from './status.js';
import {printable} from './display-width.js';
import {formatDuration, formatShare} from './format.js';
import type {Column} from './table.js';

/** How a piece of text shall look; each display maps it to its own colours. */
export type Tone = 'good' | 'warn' | 'bad' | 'dim' | 'strong' | 'plain';

export type NodeRow = {
	readonly name: string;
	readonly state: NodeState;
	readonly tone: Tone;
	/** Of each group where there are several, by its name, else of all; in the order of the groups. */
	readonly shares: ReadonlyArray<{readonly title: string; readonly text: string}>;
	readonly slots: string;
	readonly heartbeat: string;
	readonly version: string;
	readonly problem: string;
};

const tones: Readonly<Record<NodeState, Tone>> = {
	UP: 'good', STARTING: 'warn', WAIT: 'warn', DRAINING: 'warn', STOP: 'dim', STOPPING: 'warn', OFF: 'dim', DEAD: 'bad', UNKNOWN: 'dim',
};

/** The row's texts, safe for a terminal. */
export const nodeRow = (node: StatusNode, {node: self, reason, timing}: Status): NodeRow => ({
	name: printable(node.name),
	state: node.state,
	tone: tones[node.state],
	shares: (node.groups ?? [{name: 'share', share: node.share}]).map(({name: title, share}) => ({title, text: formatShare(share)})),
	slots: String(node.slots),
	heartbeat: heartbeatText(node, self),
	version: printable(node.version),
	problem: printable((node.name === self && node.state !== 'DRAINING' ? reason : undefined) ?? problemOf(node) ?? noteOf(node, timing)),
});

/** Why the node is not as it should be; undefined when it is. */
export function problemOf(node: StatusNode): string | undefined {
	// What is left of a drain says more than that somebody ordered it.
	if (node.problem !== undefined && node.state !== 'DRAINING') {
		// Of one that is dead, what it said when it was last heard is not why.
		return node.state === 'DEAD' ? `${silenceOf(node)}; what was known of it last: ${node.problem}` : node.problem;
	}

	switch (node.state) {
		case 'UP': {
			return undefined;
		}

		case 'DEAD': {
			return silenceOf(node);
		}

		case 'UNKNOWN': {
			return 'never heard';
		}

		case 'WAIT': {
			return 'waits to join';
		}

		case 'STARTING': {
			return 'its application starts';
		}

		case 'DRAINING':
		case 'STOPPING': {
			return node.retainedSlots > 0 ? retainedText(node) : 'hands its slots over';
		}

		case 'STOP': {
			return 'serves nothing, as its operator wants';
		}

		case 'OFF': {
			return 'its daemon has ended';
		}

		default: {
			return node.state satisfies never;
		}
	}
}

const silenceOf = ({lastHeartbeatMs}: StatusNode): string => lastHeartbeatMs === null ? 'no heartbeat' : `no heartbeat for ${formatDuration(lastHeartbeatMs)}`;

/** Of a node that gave slots up and still serves their established connections. */
export const retainedText = ({retainedSlots, retainedConnections}: StatusNode): string =>
	`retains ${retainedConnections === 1 ? '1 connection' : `${retainedConnections} connections`} in ${retainedSlots === 1 ? '1 slot' : `${retainedSlots} slots`}`;

/** Timers later than this part of the interval are worth a note: heartbeats leave as late, and the lease is renewed as late. */
const latenessPart = 1 / 2;

function noteOf(node: StatusNode, {intervalMs}: Status['timing']): string {
	const {latenessMs} = node;
	const notes = [
		...node.retainedSlots > 0 ? [retainedText(node)] : [],
		...latenessMs > intervalMs * latenessPart ? [`its timers ran ${formatDuration(latenessMs)} late`] : [],
	];
	return notes.join('; ');
}

function heartbeatText(node: StatusNode, self: string): string {
	if (node.name === self) {
		return 'self';
	}

	return node.lastHeartbeatMs === null ? 'never' : formatDuration(node.lastHeartbeatMs);
}

/** A column for each group, or one for the whole. */
export const shareColumns = (rows: readonly NodeRow[]): Column[] => (rows[0]?.shares ?? []).map(({title}, index) => ({
	title: printable(title), align: 'right', cells: rows.map(({shares}) => shares[index]?.text ?? ''),
}));
