/** Where the events of a node come from: its daemon, another node's by letter, or what a daemon that no longer runs has left on the disk. */

import {eventsShownDefault, isKept, type KeptEvent} from '../../core/events/kept-event.js';
import {NoDaemon, request} from '../../edge/control/client.js';
import type {EventPlace} from '../../edge/events/event-folder.js';
import {placeOfLast, placeSince, readEventOwner, readEventPage, type NodeEventPage} from '../../edge/events/read-events.js';
import {askPeer, type AskPlace} from '../node/ask-node.js';

/** From where on: a place that a page told, the last so many, or since a time in milliseconds since 1970. */
export type EventStart = {readonly place: EventPlace} | {readonly last: number} | {readonly sinceMs: number};

export type EventSource = (start: EventStart) => Promise<NodeEventPage>;

export const daemonSource = (runDir: string): EventSource => async start => await request(runDir, {verb: 'events-kept', ...start}) as NodeEventPage;

/** What is no event of ours is passed over, whoever sent it. */
export const peerSource = (place: Pick<AskPlace, 'runDir'>, node: string): EventSource => async start => {
	const page = await askPeer(place, node, {verb: 'events-kept', ...start}) as NodeEventPage;
	return {...page, events: page.events.filter(event => isKept(event))};
};

/** What is on the disk, of whichever node it says it is; undefined where there is nothing. */
export async function diskSource(stateDir: string): Promise<EventSource | undefined> {
	const owner = await readEventOwner(stateDir);
	return owner && (async start => {
		const place = 'place' in start ? start.place : ('last' in start ? await placeOfLast(stateDir, start.last) : await placeSince(stateDir, start.sinceMs));
		return {node: owner.node, ...await readEventPage(stateDir, place)};
	});
}

export type Gathered = {readonly node: string; readonly events: readonly KeptEvent[]; readonly next: EventPlace};

/** All events since the time by the node's own clock, or the last; page after page. Rejects as the source does. */
export async function gather(source: EventSource, sinceMs: number | undefined): Promise<Gathered> {
	const events: KeptEvent[] = [];
	const isNew = createNews();
	let page = await source(sinceMs === undefined ? {last: eventsShownDefault} : {sinceMs: Math.max(0, Math.floor(sinceMs))});
	events.push(...page.events.filter(event => isNew(event)));
	while (!page.isEnd) {
		// eslint-disable-next-line no-await-in-loop -- page after page
		page = await source({place: page.next});
		events.push(...page.events.filter(event => isNew(event)));
	}

	const wanted = sinceMs === undefined ? events.slice(-eventsShownDefault) : events.filter(({at}) => Date.parse(at) >= sinceMs);
	return {node: page.node, events: wanted, next: page.next};
}

/** Says of each event of one node whether it is told for the first time: what was not on the disk yet comes again from there. */
export function createNews(): (event: Pick<KeptEvent, 'life' | 'sequence'>) => boolean {
	const newest = new Map<number, number>();
	return ({life, sequence}) => {
		const isNew = sequence > (newest.get(life) ?? 0);
		if (isNew) {
			newest.set(life, sequence);
		}

		return isNew;
	};
}

/** The daemon's where one runs, what is on the disk otherwise. Rejects with a SystemFailure where there is neither. */
export async function ownSource(runDir: string, stateDir: string): Promise<{readonly source: EventSource; readonly isRunning: boolean}> {
	const source = daemonSource(runDir);
	try {
		await source({last: 1});
		return {source, isRunning: true};
	} catch (error) {
		const left = error instanceof NoDaemon ? await diskSource(stateDir) : undefined;
		if (left === undefined) {
			throw error;
		}

		return {source: left, isRunning: false};
	}
}
