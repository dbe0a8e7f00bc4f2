/**
The events of all nodes in the order in which they happened, with the times of this node's clock: how the others' stand to it, its daemon has measured. Of a node that
does not answer nothing is known, and it is said.
*/

import type {ClockRecord} from '../../core/clocks/record.js';
import {createTimeline, type Timeline} from '../../core/clocks/timeline.js';
import {mergeEvents, type Placed} from '../../core/events/merge.js';
import {eventsShownDefault, type KeptEvent} from '../../core/events/kept-event.js';
import {formatDuration} from '../../core/status/format.js';
import type {EventPlace} from '../../edge/events/event-folder.js';
import type {ClocksDescription} from '../../daemon/clocks.js';
import {request} from '../../edge/control/client.js';
import {Failure} from '../../errors.js';
import {readStatus} from '../status/read-status.js';
import {daemonSource, gather, peerSource, type EventSource} from './sources.js';

/** How far before the time a peer is asked, for a clock that nobody has measured. */
const marginMs = 60_000;

/** Nobody answers there. */
const silentStates: ReadonlySet<string> = new Set(['DEAD', 'OFF', 'UNKNOWN']);
const nowhere: EventPlace = {file: 0, offset: 0};

export type NodeEvents = {
	readonly node: string;
	readonly source: EventSource;
	readonly isSelf: boolean;
	/** Undefined for one that did not answer. */
	readonly events: readonly KeptEvent[] | undefined;
	/** Where its next events are. */
	readonly next: EventPlace;
	/** Why it did not answer; empty when it did. */
	readonly failure: string;
};

export type FarmEvents = {
	readonly nodes: readonly NodeEvents[];
	readonly merged: ReadonlyArray<Placed<KeptEvent>>;
	/** What there is to say of clocks that are wrong. */
	readonly remarks: readonly string[];
};

/** All since the time, or the last. Rejects with a SystemFailure when this node's daemon does not answer. */
export async function farmEvents(runDir: string, sinceMs: number | undefined): Promise<FarmEvents> {
	const [status, clocks] = await Promise.all([readStatus(runDir), askClocks(runDir)]);
	const nodes = await Promise.all(status.nodes.map(async ({name, state}): Promise<NodeEvents> => {
		const isSelf = name === status.node;
		const wallOffsetMs = clocks.records.findLast(({peer}) => peer === name)?.wallOffsetMs ?? 0;
		if (silentStates.has(state)) {
			return {node: name, isSelf, source: peerSource({runDir}, name), events: undefined, next: nowhere, failure: `it is ${state}`};
		}

		return gatherFrom({node: name, isSelf, source: isSelf ? daemonSource(runDir) : peerSource({runDir}, name)}, sinceMs === undefined || isSelf ? sinceMs : sinceMs + wallOffsetMs - marginMs);
	}));
	const own = nodes.find(({isSelf}) => isSelf)?.events ?? [];
	const merged = mergeEvents(nodes.map(node => placedEvents(node, node.events ?? [], timelineOf(clocks, own))));
	return {nodes, remarks: clockRemarks(clocks.records), merged: sinceMs === undefined ? merged.slice(-eventsShownDefault) : merged.filter(({instant: {wallMs}}) => wallMs >= sinceMs)};
}

/** A clock that is further off than this is worth a word. */
const wallOffMs = 1000;

/** A line for each node whose clock on the wall is far from this node's. */
export function clockRemarks(records: readonly ClockRecord[]): readonly string[] {
	const newest = new Map(records.map(record => [record.peer, record]));
	return [...newest.values()].filter(({wallOffsetMs}) => Math.abs(wallOffsetMs) > wallOffMs).map(({peer, wallOffsetMs}) =>
		`the clock of ${peer} is ${formatDuration(Math.abs(wallOffsetMs))} ${wallOffsetMs > 0 ? 'ahead of' : 'behind'} this node's, whose times are shown`);
}

/** How the clocks stand, as this node's daemon has measured. Rejects with a SystemFailure when it does not answer. */
export const askClocks = async (runDir: string): Promise<ClocksDescription> => await request(runDir, {verb: 'clocks'}) as ClocksDescription;

export const timelineOf = ({now, records}: ClocksDescription, own: readonly KeptEvent[]): Timeline => createTimeline(records, [...own.map(event => stamped(event)), now]);

export function placedEvents({node, isSelf}: Pick<NodeEvents, 'node' | 'isSelf'>, events: readonly KeptEvent[], timeline: Timeline): ReadonlyArray<Placed<KeptEvent>> {
	return events.map(event => ({node, event, instant: isSelf ? timeline.own(stamped(event)) : timeline.peer(node, stamped(event))}));
}

const stamped = ({life, ms, at}: KeptEvent) => ({life, ms, wallMs: Date.parse(at)});

async function gatherFrom(one: Pick<NodeEvents, 'node' | 'isSelf' | 'source'>, sinceMs: number | undefined): Promise<NodeEvents> {
	try {
		const {events, next} = await gather(one.source, sinceMs);
		return {...one, events, next, failure: ''};
	} catch (error) {
		if (one.isSelf || !(error instanceof Failure)) {
			throw error;
		}

		return {...one, events: undefined, next: nowhere, failure: error.message};
	}
}
