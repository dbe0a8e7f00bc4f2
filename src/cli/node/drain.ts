/** What `drain`, `stop` and `restart` say and wait for. */

import type {NodeReport} from '../../core/control/node-orders.js';
import type {Left, Wish} from './until.js';

/** The node serves nothing any more. */
export const drainedWish = (limitMs: number | undefined): Wish => ({
	isReached: ({state}) => state === 'STOP',
	whyNever({node, wanted}) {
		if (wanted === 'rest') {
			return undefined;
		}

		return wanted === 'serve'
			? {message: `somebody started ${node} meanwhile`, hint: `see who: farmctl events on ${node}`}
			: {message: `the daemon of ${node} is ending`, hint: `start it again: farmctl run on ${node}`};
	},
	limitMs,
});

export const drainedText = ({node, state}: NodeReport): string => state === 'STOP'
	? `serves nothing any more; start it: farmctl node start ${node}`
	: `hands its slots over, and serves established connections until they end; watch it: farmctl node drain ${node} --wait`;

/** Of one whose operator does not wait any longer: where it stands, and what to type. */
export const drainLeft = ({node, connections}: NodeReport): Left => ({
	message: `it goes on draining, ${connections ?? 'some'} connections left`,
	hint: `watch it: farmctl node drain ${node} --wait; cut them: farmctl node stop ${node} --now; take it back: farmctl node start ${node}`,
});
