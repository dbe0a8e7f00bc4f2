/**
The life of a node's application. What is not in this table cannot happen: `enter` takes no other pair, and the compiler says so. The figure in farmctl(7) is
drawn from it.

The rule it keeps: clients are let in only from UP, and out of it there is one way, through DRAINING, which ends when no client is served any more.
*/

/** ENDED: after `leave`, for good. */
export type Life = 'STOP' | 'WAIT' | 'STARTING' | 'UP' | 'DRAINING' | 'STOPPING' | 'ENDED';

/** From each state to each that may follow, and what makes it so in a few words. */
export const life = {
	STOP: {
		WAIT: 'it shall run, and a check of before-start is not up',
		STARTING: 'it shall run, and nothing is in the way',
		ENDED: 'its daemon is told to end',
	},
	WAIT: {
		UP: 'services run, and too few others serve: it is taken in as it is',
		STARTING: 'what it waits for is up',
		STOPPING: 'services run, and shall not, or must be started anew',
		STOP: 'it shall not run any more, and no service does',
	},
	STARTING: {
		WAIT: 'a check of before-start goes down, or one that calls for wait or handler is not up in time',
		UP: 'all services run, and the checks are up',
		STOPPING: 'it shall not run any more; a service fails, or a check is not up in time',
	},
	UP: {
		DRAINING: 'it shall not run any more; a check goes down and others serve; a service exits; a restart where it is',
	},
	DRAINING: {
		UP: 'the check that waits is up again, the node is kept, or the operator starts it again',
		WAIT: 'no client is served, and services stay: a check with the action wait or handler',
		STOPPING: 'no client is served',
	},
	STOPPING: {
		STOP: 'no service runs, and it shall not run or goes through STOP',
		STARTING: 'what had to be stopped is, and it is started again',
	},
	ENDED: {},
} as const satisfies Readonly<Record<Life, Readonly<Partial<Record<Life, string>>>>>;

/** What may follow. */
export type NextLife<From extends Life> = Extract<keyof typeof life[From], Life>;

type LifeRow = {readonly from: readonly Life[]; readonly to: readonly Life[]; readonly when: string};

/** The table as rows of a figure, a cell each. */
export const lifeRows: readonly LifeRow[] = (Object.entries(life) as ReadonlyArray<[Life, Partial<Record<Life, string>>]>)
	.flatMap(([from, targets]) => (Object.entries(targets) as ReadonlyArray<[Life, string]>).map(([to, when]) => ({from: [from], to: [to], when})));
