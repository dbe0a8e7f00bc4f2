/** What `start` and `restart` say and wait for. */

import type {NodeReport} from '../../core/control/node-orders.js';
import {formatShare} from '../../core/status/format.js';
import type {Left, Wish} from './until.js';

export const startTimeoutDefault = '10s';

/** The node serves. */
export const servingWish = (limitMs: number): Wish => ({
	isReached: ({state}) => state === 'UP',
	whyNever: ({node, wanted}) => wanted === 'serve' ? undefined : {message: `somebody drained ${node} meanwhile`, hint: `see who: farmctl events on ${node}`},
	limitMs,
});

export const servingText = ({state, slots, problem}: NodeReport, slotsTotal: number): string => state === 'UP'
	? `serves ${formatShare(slots / slotsTotal)} of the clients`
	: `is ${state}${problem === undefined ? '' : `: ${problem}`}`;

export const startLeft = ({state}: NodeReport): Left => ({message: `it is started, and ${state} yet`, hint: 'see how it goes on: farmctl node list'});
