/** The end of a daemon's life, when it has nothing left to serve, or shall not wait for that: traffic is closed first, then the services stop, then the machine becomes what it was. */

import {hasLeft} from '../core/membership/finish.js';
import type {Farm} from '../core/model/farm.js';
import type {FarmEvent} from '../core/model/event.js';
import type {Application} from './application/application.js';
import {recordFailedUndo} from './journal.js';
import type {DaemonParts, Running} from './parts.js';

export type EndingParts = Pick<DaemonParts, 'journal' | 'undo' | 'self' | 'keeping' | 'notifying'> & Pick<Running, 'loop' | 'queue' | 'filter'> & {readonly application: Pick<Application, 'end'>};

/** Resolves when all is as before the daemon started, or as the next one shall find it. What fails is told. */
export async function endLife({journal, undo, self, keeping, notifying, loop, queue, filter, application}: EndingParts): Promise<void> {
	const failed = (what: string, cause: unknown): void => {
		recordFailedUndo(journal, what, cause);
	};

	await queue.idle();
	const isLeaving = hasLeft(loop.state());
	if (!isLeaving) {
		await filter.clear().catch((error: unknown) => {
			failed('empty the filter', error);
		});
	}

	await application.end({isLeaving});
	await undo.run(failed, {isLeaving});
	journal.record({level: 'info', name: 'stopped', message: `node ${self.name} has stopped`});
	await notifying.close({isLeaving});
	await keeping.close();
}

/** What is told of a daemon that goes for the next one. `awayMs`: how long the kernel serves what is established. */
export function leavingEvent({application: {services}}: Farm, awayMs: number): FarmEvent {
	const supervised = services.filter(({run}) => run.kind === 'command').map(({name}) => name);
	return {
		level: 'info',
		name: 'leaving',
		message: `leaves: hands its slots over; the kernel serves established connections for at most ${awayMs} ms, until the next daemon has started`
			+ (supervised.length === 0 ? '' : `; what it supervises ends with it, and the next one starts it anew: ${supervised.join(', ')}`),
	};
}
