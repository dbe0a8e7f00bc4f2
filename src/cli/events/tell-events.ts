/** What `farmctl events` tells, and in which words it says what is missing. */

import type {Placed} from '../../core/events/merge.js';
import type {KeptEvent} from '../../core/events/kept-event.js';
import type {StatusEvent} from '../../core/status/status.js';
import {farmEvents} from './farm-events.js';
import {followFarm} from './follow-farm.js';
import {eventsAfter, ownEvents} from './own-events.js';

/** One event as it is printed. */
export type ToldEvent = StatusEvent & {
	readonly node: string;
	/** Of a farm's: what the node's own clock said; `at` is by the clock of the node that was asked. */
	readonly stampedAt?: string;
	/** Of a farm's: the most that `at` may be wrong; null where nobody measured the node's clock. */
	readonly errorMs?: number | null;
};

export type EventTeller = {
	/** Data. */
	readonly tell: (event: ToldEvent) => void;
	/** Talk. */
	readonly say: (text: string) => void;
};

export type EventQuestion = {readonly runDir: string; readonly stateDir: string; readonly sinceMs: number | undefined; readonly isFollowing: boolean};

const daemonLeft = 'the daemon closed the connection; is it still running? farmctl status';

/** Those of this node. Returns true; rejects with a SystemFailure where there is no daemon and nothing on the disk. */
export async function tellOwnEvents({runDir, isFollowing, ...question}: EventQuestion, {tell, say}: EventTeller): Promise<boolean> {
	const {isRunning, gathered: {node, events}} = await ownEvents({runDir, ...question});
	for (const event of events) {
		tell({...plain(event), node});
	}

	if (!isRunning) {
		say(`no daemon answers: these events are what it left in '${question.stateDir}'`);
	}

	if (isFollowing) {
		for await (const event of eventsAfter(runDir, events.at(-1))) {
			tell({...plain(event), node});
		}

		say(daemonLeft);
	}

	return true;
}

/** Those of all nodes. Returns whether all of them answered. Rejects with a SystemFailure where this node's daemon does not. */
export async function tellFarmEvents({runDir, sinceMs, isFollowing}: EventQuestion, {tell, say}: EventTeller): Promise<boolean> {
	const farm = await farmEvents(runDir, sinceMs);
	for (const placed of farm.merged) {
		tell(told(placed));
	}

	for (const remark of farm.remarks) {
		say(remark);
	}

	const silent = farm.nodes.filter(({failure}) => failure !== '');
	for (const {node, failure} of silent) {
		say(`the events of ${node} are missing: ${failure}`);
	}

	if (isFollowing) {
		for await (const followed of followFarm(runDir, farm)) {
			if (followed.kind === 'event') {
				tell(told(followed.placed));
			} else {
				say(followed.kind === 'back' ? `${followed.node} answers again` : `the events of ${followed.node} are missing for now: ${followed.reason}`);
			}
		}

		say(daemonLeft);
	}

	return silent.length === 0;
}

const plain = ({life: _life, ms: _ms, sequence: _sequence, ...event}: KeptEvent): StatusEvent => event;

const told = ({node, event, instant: {wallMs, errorMs}}: Placed<KeptEvent>): ToldEvent => ({
	...plain(event), node, at: new Date(wallMs).toISOString(), stampedAt: event.at, errorMs: errorMs === undefined ? null : Math.round(errorMs * 1000) / 1000,
});
