/**
The states of a node as people see them, and how they follow from one another. The states themselves are derived (`lifecycle.ts`, `describe.ts`); this table
says what may come of that, and a test watches that nothing else does and that all of it happens. The figure in farmctl(7) is drawn from it.

The rule it keeps: what a node says of itself follows the first part. A peer sees the same and, because it may miss words, hear late or hear nothing, the
second part besides.
*/

import type {NodeState} from './types.js';

/** From each of the first states to each of the second. */
export type Transition = {
	readonly from: readonly NodeState[];
	readonly to: readonly NodeState[];
	/** What makes it so, a few words. */
	readonly when: string;
};

/** What a node says of itself. A daemon begins in OFF; one that is killed says nothing more. */
export const ownTransitions: readonly Transition[] = [
	{from: ['OFF'], to: ['WAIT'], when: 'it is started'},
	{from: ['OFF'], to: ['STOP'], when: 'its daemon is started, and an operator drained it before'},
	{from: ['OFF'], to: ['DRAINING'], when: 'the same, and it retains connections of its last life'},
	{from: ['OFF'], to: ['STARTING', 'STOPPING'], when: 'the same, and so is its application, or that is stopped'},
	{from: ['WAIT'], to: ['UP'], when: 'all that live agree, and it has heard or outwaited everyone'},
	{from: ['UP'], to: ['WAIT'], when: 'its lease or its filter is lost, or something hinders it'},
	{from: ['WAIT', 'UP', 'DRAINING', 'STOP', 'STOPPING'], to: ['STARTING'], when: 'its application is started, or started anew'},
	{from: ['STARTING'], to: ['WAIT'], when: 'its application is ready, or lacks something'},
	{from: ['STARTING', 'WAIT', 'UP', 'STOPPING'], to: ['DRAINING'], when: 'an operator drains it, or its application is to leave'},
	{from: ['DRAINING'], to: ['STOP'], when: 'its slots and connections are gone, or their time is over'},
	{from: ['STARTING', 'WAIT', 'UP', 'STOPPING'], to: ['STOP'], when: 'the same, and it has nothing to give away, or its application is stopped'},
	{from: ['DRAINING', 'STOP'], to: ['WAIT'], when: 'an operator starts it, or its application lacks something'},
	{from: ['STARTING', 'WAIT', 'UP', 'DRAINING', 'STOP'], to: ['STOPPING'], when: 'its daemon is told to end, or its application is stopped'},
	{from: ['STOPPING'], to: ['WAIT'], when: 'it is started again before the end'},
	{from: ['STOPPING'], to: ['OFF'], when: 'its slots and connections are gone, or their time is over'},
];

/** What only its peers see. A node that restarted in between counts as words missed. */
export const peerTransitions: readonly Transition[] = [
	{from: ['UNKNOWN'], to: ['OFF', 'STARTING', 'WAIT', 'UP', 'DRAINING', 'STOP', 'STOPPING'], when: 'heard for the first time'},
	{from: ['STARTING', 'WAIT', 'UP', 'DRAINING', 'STOP', 'STOPPING'], to: ['DEAD'], when: 'not heard for its detection time'},
	{from: ['DEAD'], to: ['OFF', 'STARTING', 'WAIT', 'UP', 'DRAINING', 'STOP', 'STOPPING'], when: 'heard again'},
	{from: ['STARTING', 'WAIT', 'UP', 'STOP'], to: ['OFF'], when: 'words between were missed'},
	{from: ['OFF'], to: ['UP'], when: 'words between were missed'},
	{from: ['STARTING', 'DRAINING', 'STOP', 'STOPPING'], to: ['UP'], when: 'words between were missed'},
];

/** Each as `FROM TO`. */
export const transitionNames = (table: readonly Transition[]): string[] => table.flatMap(({from, to}) => from.flatMap(a => to.map(b => `${a} ${b}`)));
