/** The verbs that only look: `status`, and `events` one a line. */

import {flag} from '../../edge/control/form.js';
import {controlVerb, type ControlVerbs} from '../../edge/control/protocol.js';
import type {VerbParts} from './parts.js';

export const lookVerbs = ({status, journal}: Pick<VerbParts, 'status' | 'journal'>): ControlVerbs => ({
	status: controlVerb({fields: {}, isForPeers: true, answer: async () => status()}),
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
});

async function untilLeft(left: AbortSignal, stop: () => void): Promise<void> {
	return new Promise(resolve => {
		left.addEventListener('abort', () => {
			stop();
			resolve();
		}, {once: true});
	});
}
