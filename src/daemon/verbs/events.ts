/**
The verbs of events: `events`, those in memory one a line, then each new one; `events-kept`, those on the disk a page at a time, for other nodes as well; `clocks`,
how the clocks of other nodes stand to this one's.
*/

import {flag, optional, record, whole, type Parsed} from '../../edge/control/form.js';
import {controlVerb, type ControlVerbs} from '../../edge/control/protocol.js';
import {firstPlace, type NodeEventPage} from '../../edge/events/read-events.js';
import {eventsLastMax} from '../../core/events/kept-event.js';
import type {VerbParts} from './parts.js';

const safe = Number.MAX_SAFE_INTEGER;
/** Where to begin: at a place that a page told, with about so many of the last, or at a time in milliseconds since 1970; at the first where nothing is said. */
const asked = {place: optional(record({file: whole(0, safe), offset: whole(0, safe)})), last: optional(whole(1, eventsLastMax)), sinceMs: optional(whole(0, safe))};

export const eventVerbs = ({self, journal, keeping, clocks}: Pick<VerbParts, 'self' | 'journal' | 'keeping' | 'clocks'>): ControlVerbs => ({
	events: controlVerb({
		fields: {follow: flag},
		async answer({follow}, {tell, left}) {
			for (const entry of journal.entries()) {
				tell(entry);
			}

			if (follow && !left.aborted) {
				await untilLeft(left, journal.follow(tell));
			}
		},
	}),
	clocks: controlVerb({fields: {}, answer: async () => clocks.describe()}),
	'events-kept': controlVerb({
		isForPeers: true,
		fields: asked,
		async answer({place, last, sinceMs}: Parsed<typeof asked>) {
			const begin = place ?? (last === undefined ? undefined : await keeping.placeOfLast(last)) ?? (sinceMs === undefined ? firstPlace : await keeping.placeSince(sinceMs));
			return {node: self.name, ...await keeping.page(begin)} satisfies NodeEventPage;
		},
	}),
});

async function untilLeft(left: AbortSignal, stop: () => void): Promise<void> {
	return new Promise(resolve => {
		left.addEventListener('abort', () => {
			stop();
			resolve();
		}, {once: true});
	});
}
