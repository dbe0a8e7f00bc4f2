/** A move of a slot in words. */

import type {NodeState} from '../membership/types.js';
import type {NodeId} from '../model/farm.js';
import type {SlotMove} from './explanation.js';
import type {Knowledge, KnownNode} from './knowledge.js';
import type {Move, MoveReason} from './moves.js';

const leaving: Readonly<Record<NodeState, string>> = {
	UP: 'serves no longer', STARTING: 'started its application again', WAIT: 'had to wait', DRAINING: 'was drained', STOP: 'was stopped', STOPPING: 'stops', OFF: 'ended', DEAD: 'died', UNKNOWN: 'was lost',
};

/** With wall time in place of the daemon's own clock. */
export function describeMove({at, kind, node, from, reason}: Move, nodes: readonly KnownNode[], {now, wallOf}: Pick<NonNullable<Knowledge['moves']>, 'now' | 'wallOf'>): SlotMove {
	const nameOf = (id: NodeId): string => nodes.find(known => known.id === id)?.name ?? `node ${id}`;
	return {
		at: wallOf(at),
		agoMs: Math.max(0, now - at),
		kind,
		node: nameOf(node),
		...from !== undefined && {from: nameOf(from)},
		why: whyOf(reason, nameOf),
	};
}

function whyOf(reason: MoveReason, nameOf: (id: NodeId) => string): string {
	switch (reason.kind) {
		case 'found': {
			return 'it had the slot already when this node first heard it';
		}

		case 'left': {
			return `${nameOf(reason.node)} ${leaving[reason.state]}`;
		}

		case 'joined': {
			return `${nameOf(reason.node)} joined and comes before the others in the order of the slot`;
		}

		case 'weight': {
			return `the weight of ${nameOf(reason.node)} changed from ${reason.from} to ${reason.to}`;
		}

		case 'unowned': {
			return 'nobody had the slot';
		}

		case 'unknown': {
			return 'this node has not seen why';
		}

		default: {
			return reason satisfies never;
		}
	}
}
