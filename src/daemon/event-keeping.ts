/** The journal on the disk: each event of this life is kept there as it comes, and read from there for whoever asks what happened before. */

import {Buffer} from 'node:buffer';
import {renderKept, type KeptEvent} from '../core/events/kept-event.js';
import {eventReadBytes, type EventOwner, type EventPlace} from '../edge/events/event-folder.js';
import {createEventStore} from '../edge/events/event-store.js';
import {firstPlace, placeOfLast, placeSince, readEventPage, type EventPage} from '../edge/events/read-events.js';
import type {Journal} from './journal.js';

/** A disk that hangs is not waited for longer, when the daemon ends or somebody asks. */
export const diskPatienceMs = 2000;

export type EventKeeping = {
	/** The page at the place; at the end also what is not on the disk yet, and all that is in memory where the disk cannot be read. */
	page: (place: EventPlace) => Promise<EventPage>;
	/** Where to begin for about so many of the last events, and for those since a time in milliseconds since 1970. */
	placeOfLast: (count: number) => Promise<EventPlace>;
	placeSince: (sinceMs: number) => Promise<EventPlace>;
	/** Resolves when the disk has all, or when it takes too long. */
	close: () => Promise<void>;
};

/** Keeps what the journal has and will have. */
export function keepEvents(journal: Journal, {stateDir, owner, now}: {readonly stateDir: string; readonly owner: EventOwner; readonly now: () => number}): EventKeeping {
	const store = createEventStore({
		stateDir, owner, now,
		failed(reason) {
			journal.record({level: 'error', name: 'events-not-kept', message: `events are not kept on the disk: ${reason}`});
		},
		mended(lostCount) {
			journal.record({
				level: 'info', name: 'events-kept', message: `events are kept on the disk again; ${lostCount} are not there`, fields: {lost: lostCount},
			});
		},
	});
	for (const entry of journal.entries()) {
		store.keep(entry);
	}

	journal.follow(store.keep);
	const unwritten = (): readonly KeptEvent[] => fitting(journal.entries().filter(({sequence}) => sequence > store.writtenSequence()));
	return {
		async page(place) {
			await inTime(store.settled());
			// Before the disk is looked at: what is written meanwhile may come twice, but not never.
			const waiting = unwritten();
			try {
				const page = await readEventPage(stateDir, place);
				return page.isEnd ? {...page, events: waiting} : page;
			} catch {
				return {events: fitting(journal.entries()), next: place, isEnd: true};
			}
		},
		placeOfLast: async count => placeOfLast(stateDir, count).catch(() => firstPlace),
		placeSince: async sinceMs => placeSince(stateDir, sinceMs).catch(() => firstPlace),
		close: async () => inTime(store.close()),
	};
}

/** The last of them that a page has room for: it may have to go in a letter. */
function fitting(events: readonly KeptEvent[]): readonly KeptEvent[] {
	let room = eventReadBytes;
	const first = events.findLastIndex(event => {
		room -= Buffer.byteLength(renderKept(event)) + 1;
		return room < 0;
	});
	return events.slice(first + 1);
}

async function inTime(work: Promise<void>): Promise<void> {
	let timer: NodeJS.Timeout;
	const patience = new Promise<void>(resolve => {
		timer = setTimeout(resolve, diskPatienceMs);
	});
	await Promise.race([work, patience]);
	clearTimeout(timer!);
}
