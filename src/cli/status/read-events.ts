/** The daemon's events one by one: those it remembers, oldest first, then each new one. */

import type {StatusEvent} from '../../core/status/status.js';
import {followEvents} from '../../edge/control/client.js';

/** Ends after the remembered events, or with `follow` when the daemon closes or the signal aborts. Rejects with a SystemFailure when no daemon answers. */
export async function * readEvents(runDir: string, options: {readonly follow: boolean; readonly signal?: AbortSignal}): AsyncGenerator<StatusEvent> {
	for await (const event of followEvents(runDir, options)) {
		yield event as StatusEvent;
	}
}
