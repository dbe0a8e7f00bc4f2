/**
How the clocks of the other nodes stand to this one's, measured with every probe, and written down where they move: so that what happened on several nodes can
be told in the right order, also later, and whatever somebody sets the clock on the wall to.
*/

import {measurementOf, surest, withMeasurement, type Answered, type ClockMeasurement} from '../core/clocks/measurement.js';
import {noteClock, parseClocks, renderClocks, type ClockRecord} from '../core/clocks/record.js';
import type {FarmEvent} from '../core/model/event.js';
import type {NodeId} from '../core/model/farm.js';
import type {NodeClocks} from '../core/networks/probe.js';
import type {Clock} from '../edge/clock/clock.js';
import {readState, writeStateBeside} from '../edge/state/state-folder.js';

export const clocksFileName = 'clocks.json';

export type ClocksParts = {
	readonly stateDir: string;
	readonly clock: Pick<Clock, 'nowFine' | 'wall'>;
	/** Of this daemon, as in its events. */
	readonly life: number;
	readonly nameOf: (id: NodeId) => string | undefined;
	readonly record: (event: FarmEvent) => void;
};

/** What the verb `clocks` answers. */
export type ClocksDescription = {readonly now: NodeClocks; readonly records: readonly ClockRecord[]};

export type Clocks = {
	/** This node's. */
	now: () => NodeClocks;
	/** An answer to a probe came from the peer, with its clocks. */
	answered: (id: NodeId, answer: Omit<Answered, 'wallMs'>) => void;
	describe: () => ClocksDescription;
};

export function createClocks({stateDir, clock, life, nameOf, record}: ClocksParts): Clocks {
	const measured = new Map<NodeId, readonly ClockMeasurement[]>();
	let records = remembered(stateDir, record);
	let writing: Promise<void> | undefined;
	let written = records;
	const now = (): NodeClocks => ({life, ms: clock.nowFine(), wallMs: clock.wall().getTime()});

	const write = async (): Promise<void> => {
		while (written !== records) {
			written = records;
			// eslint-disable-next-line no-await-in-loop -- one at a time; what comes meanwhile is written with the next
			await writeStateBeside(stateDir, clocksFileName, renderClocks(records)).catch(() => {
				// That the disk fails is told of the events, which are on it too.
			});
		}

		writing = undefined;
	};

	return {
		now,
		answered(id, answer) {
			const peer = nameOf(id);
			const {wallMs} = now();
			const all = withMeasurement(measured.get(id) ?? [], measurementOf({...answer, wallMs}));
			measured.set(id, all);
			const best = surest(all, answer.receivedAt);
			if (peer === undefined || best === undefined) {
				return;
			}

			records = noteClock(records, {...best, peer, life, wallMs: wallMs - (answer.receivedAt - best.ms)});
			writing ??= records === written ? undefined : write();
		},
		describe: () => ({now: now(), records}),
	};
}

function remembered(stateDir: string, record: ClocksParts['record']): readonly ClockRecord[] {
	try {
		return parseClocks(readState(stateDir, clocksFileName) ?? '[]');
	} catch (error) {
		record({level: 'warning', name: 'clocks-not-known', message: `how the clocks of other nodes stood before is not known: ${(error as Error).message}`});
		return [];
	}
}
