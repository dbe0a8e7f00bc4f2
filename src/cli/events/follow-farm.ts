/**
New events of all nodes as they come, in the order in which they happened: each is held back until what happened elsewhere at the same time must have been told.
*/

import {setTimeout as sleep} from 'node:timers/promises';
import {mergeEvents, type Placed} from '../../core/events/merge.js';
import {isKept, type KeptEvent} from '../../core/events/kept-event.js';
import {Failure} from '../../errors.js';
import {askClocks, placedEvents, timelineOf, type FarmEvents, type NodeEvents} from './farm-events.js';
import {createNews, type EventStart} from './sources.js';

/** Every node is asked so often. */
export const askIntervalMs = 500;

/** An event is shown this long after it happened; a node that answers later is shown later. */
export const holdMs = 1500;

/** One that did not answer is asked again after so long. */
const patienceMs = 3000;

export type Followed = {readonly kind: 'event'; readonly placed: Placed<KeptEvent>} | {readonly kind: 'silent'; readonly node: string; readonly reason: string} | {readonly kind: 'back'; readonly node: string};

/** Ends when this node's daemon does. */
export async function * followFarm(runDir: string, {nodes}: Pick<FarmEvents, 'nodes'>): AsyncGenerator<Followed> {
	const followed = nodes.map(node => followNode(node));
	const old = nodes.find(({isSelf}) => isSelf)?.events ?? [];
	for (;;) {
		let clocks;
		try {
			// eslint-disable-next-line no-await-in-loop -- time after time
			clocks = await askClocks(runDir);
		} catch (error) {
			if (error instanceof Failure) {
				return;
			}

			throw error;
		}

		const timeline = timelineOf(clocks, old);
		const due = followed.map(node => {
			node.ask();
			return node.take(event => placedEvents(node, [event], timeline)[0]!, clocks.now.wallMs - holdMs);
		});
		for (const {said} of followed) {
			yield * said.splice(0);
		}

		for (const placed of mergeEvents(due)) {
			yield {kind: 'event', placed};
		}

		// eslint-disable-next-line no-await-in-loop -- time after time
		await sleep(askIntervalMs);
	}
}

type FollowedNode = Pick<NodeEvents, 'node' | 'isSelf'> & {
	/** What there is to say of it besides its events. */
	readonly said: Array<Exclude<Followed, {kind: 'event'}>>;
	/** Asks for what is new, unless it is being asked. */
	readonly ask: () => void;
	/** The events until then, each once. */
	readonly take: (place: (event: KeptEvent) => Placed<KeptEvent>, untilMs: number) => ReadonlyArray<Placed<KeptEvent>>;
};

function followNode({node, isSelf, source, events = [], next, failure}: NodeEvents): FollowedNode {
	const isNew = createNews();
	const said: FollowedNode['said'] = [];
	const waiting: KeptEvent[] = [];
	let start: EventStart = failure === '' ? {place: next} : {sinceMs: Date.now()};
	let isSilent = failure !== '';
	let isAsked = false;
	for (const event of events) {
		isNew(event);
	}

	const askAll = async (): Promise<void> => {
		let isEnd = false;
		while (!isEnd) {
			// eslint-disable-next-line no-await-in-loop -- page after page
			const page = await source(start);
			start = {place: page.next};
			({isEnd} = page);
			waiting.push(...page.events.filter(event => isKept(event) && isNew(event)));
		}
	};

	const askOnce = async (): Promise<void> => {
		try {
			await askAll();
			if (isSilent) {
				said.push({kind: 'back', node});
			}

			isSilent = false;
		} catch (error) {
			if (!isSilent) {
				said.push({kind: 'silent', node, reason: (error as Error).message});
			}

			isSilent = true;
			await sleep(patienceMs, undefined, {ref: false});
		}

		isAsked = false;
	};

	return {
		node, isSelf, said,
		ask() {
			if (isAsked) {
				return;
			}

			isAsked = true;
			void askOnce();
		},
		take(place, untilMs) {
			const due: Array<Placed<KeptEvent>> = [];
			for (let event = waiting[0]; event !== undefined; event = waiting[0]) {
				const placed = place(event);
				if (placed.instant.wallMs > untilMs) {
					break;
				}

				due.push(placed);
				waiting.shift();
			}

			return due;
		},
	};
}
