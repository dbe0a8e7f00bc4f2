/**
What `top` knows: the snapshots it got, when, and what the person at the keys asked for. Each function returns the next model.

Times are monotonic milliseconds of this process, handed in.
*/

import type {Status, StatusCounters} from '../core/status/status.js';
import type {TopAction} from './keymap.js';

/** Rates are taken over this much time: long enough to be calm, short enough to show a fault. */
export const rateWindowMs = 2000;

type Sample = {readonly uptimeMs: number; readonly counters: StatusCounters};

export type TopModel = {
	readonly status?: Status;
	/** When `status` arrived. */
	readonly seenAtMs?: number;
	/** Why the newest request failed; absent when it succeeded. */
	readonly failure?: string;
	/** Of one daemon's life, oldest first, no older than the window but for the first. */
	readonly samples: readonly Sample[];
	readonly isHelpShown: boolean;
	readonly isPaused: boolean;
	/** Nodes scrolled past. */
	readonly scroll: number;
	/** Whether services and checks are shown instead of the nodes. */
	readonly isApplicationShown: boolean;
	/** The check whose results are shown, by its place. */
	readonly selected: number;
};

export const emptyModel: TopModel = {samples: [], isHelpShown: false, isPaused: false, scroll: 0, isApplicationShown: false, selected: 0};

/** A snapshot arrived. */
export function receive(model: TopModel, status: Status, nowMs: number): TopModel {
	const {failure: _, ...rest} = model;
	return {...rest, samples: nextSamples(model.samples, status), seenAtMs: nowMs, ...(!model.isPaused && {status})};
}

/** A request failed. */
export const fail = (model: TopModel, failure: string): TopModel => ({...model, failure});

/** A key was pressed while the screen could be scrolled this far; `quit` is the caller's. */
export function press(model: TopModel, action: TopAction, scrollMax: number): TopModel {
	switch (action) {
		case 'help': {
			return {...model, isHelpShown: !model.isHelpShown};
		}

		case 'pause': {
			return {...model, isPaused: !model.isPaused};
		}

		case 'checks': {
			return {...model, isApplicationShown: !model.isApplicationShown, isHelpShown: false, ...!model.isApplicationShown && {selected: firstToSee(model)}};
		}

		case 'up': {
			return moved(model, place => Math.max(0, Math.min(scrollMax, place) - 1));
		}

		case 'down': {
			return moved(model, place => Math.min(scrollMax, place + 1));
		}

		case 'quit': {
			return model;
		}

		default: {
			return action satisfies never;
		}
	}
}

/** The first check that is down, or else the one that was chosen before. */
function firstToSee({status, selected}: TopModel): number {
	const down = status?.application?.checks.findIndex(({isEnabled, state}) => isEnabled && state === 'down') ?? -1;
	return down === -1 ? selected : down;
}

const moved = (model: TopModel, next: (place: number) => number): TopModel => model.isApplicationShown ? {...model, selected: next(model.selected)} : {...model, scroll: next(model.scroll)};

/** A restarted daemon or a new filter counts from zero again, so what came before says nothing any more. */
function nextSamples(samples: readonly Sample[], {uptimeMs, filter: {counters}}: Status): readonly Sample[] {
	if (counters === undefined) {
		return [];
	}

	const last = samples.at(-1);
	const isNewLife = last !== undefined && (uptimeMs <= last.uptimeMs || counters.acceptedPackets < last.counters.acceptedPackets
		|| counters.foreignPackets < last.counters.foreignPackets);
	const next = [...isNewLife ? [] : samples, {uptimeMs, counters}];
	const firstInside = next.findIndex(sample => uptimeMs - sample.uptimeMs <= rateWindowMs);
	return next.slice(Math.max(0, firstInside - 1));
}

export type Rates = {readonly acceptedPerSecond: number; readonly filteredPerSecond: number};

/** Packets for the VIPs per second that this node accepted, and that it left to others; undefined before two snapshots. */
export function ratesOf({samples}: TopModel): Rates | undefined {
	const first = samples[0];
	const last = samples.at(-1);
	if (first === undefined || last === undefined || last.uptimeMs <= first.uptimeMs) {
		return undefined;
	}

	const seconds = (last.uptimeMs - first.uptimeMs) / 1000;
	return {
		acceptedPerSecond: (last.counters.acceptedPackets - first.counters.acceptedPackets) / seconds,
		filteredPerSecond: (filteredPackets(last.counters) - filteredPackets(first.counters)) / seconds,
	};
}

const filteredPackets = ({foreignPackets, leaselessPackets, unnamedPackets, unknownPackets}: StatusCounters): number =>
	foreignPackets + leaselessPackets + unnamedPackets + unknownPackets;
