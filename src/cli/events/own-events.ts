/** The events of this node, those of its daemons before this one too, and with `isFollowing` each new one. */

import {isKept, type KeptEvent} from '../../core/events/kept-event.js';
import {followEvents} from '../../edge/control/client.js';
import {gather, ownSource, type Gathered} from './sources.js';

export type OwnEvents = {
	/** Whether a daemon told them; otherwise they are what it left on the disk. */
	readonly isRunning: boolean;
	readonly gathered: Gathered;
};

/** Those since the time, or the last. Rejects with a SystemFailure where no daemon answers and nothing is on the disk. */
export async function ownEvents({runDir, stateDir, sinceMs}: {readonly runDir: string; readonly stateDir: string; readonly sinceMs: number | undefined}): Promise<OwnEvents> {
	const {source, isRunning} = await ownSource(runDir, stateDir);
	return {isRunning, gathered: await gather(source, sinceMs)};
}

/** Each event after that one, until the daemon closes. Rejects with a SystemFailure when none answers. */
export async function * eventsAfter(runDir: string, last: KeptEvent | undefined): AsyncGenerator<KeptEvent> {
	for await (const event of followEvents(runDir, {follow: true})) {
		if (isKept(event) && !(event.life === last?.life && event.sequence <= last.sequence)) {
			yield event;
		}
	}
}
