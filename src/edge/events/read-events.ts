/** Reads a node's events from its disk, a page at a time: no page takes long, and whoever reads knows where to go on. */

import {parseKept, type KeptEvent} from '../../core/events/kept-event.js';
import {eventFiles, eventReadBytes, fileStats, ownerIn, readLines, type EventOwner, type EventPlace} from './event-folder.js';

/** Before all that is kept. */
export const firstPlace: EventPlace = {file: 0, offset: 0};

export type EventPage = {
	readonly events: readonly KeptEvent[];
	/** Where to go on. */
	readonly next: EventPlace;
	/** Whether there is nothing more, for now. */
	readonly isEnd: boolean;
};

/** As a daemon answers it; of which node. */
export type NodeEventPage = EventPage & {readonly node: string};

/** The page at the place. Files that are gone are passed over, and so is what is no event. Rejects with the system's error. */
export async function readEventPage(stateDir: string, place: EventPlace): Promise<EventPage> {
	const numbers = await eventFiles(stateDir);
	const at = numbers.findIndex(number => number >= place.file);
	const file = numbers[at];
	if (file === undefined) {
		return {events: [], next: place, isEnd: true};
	}

	const offset = file === place.file ? place.offset : 0;
	const read = await readLines(stateDir, {file, offset});
	if (read !== undefined && read.offset > offset) {
		return {events: eventsIn(read.lines), next: {file, offset: read.offset}, isEnd: false};
	}

	const following = numbers[at + 1];
	return following === undefined
		? {events: [], next: {file, offset}, isEnd: true}
		: {events: [], next: {file: following, offset: 0}, isEnd: false};
}

/** A place from which on there are about so many lines, or all there are. */
export async function placeOfLast(stateDir: string, linesCount: number): Promise<EventPlace> {
	const numbers = await eventFiles(stateDir);
	let found = 0;
	for (const file of numbers.toReversed()) {
		// eslint-disable-next-line no-await-in-loop -- from the end, until there is enough
		let offset = (await fileStats(stateDir, file))?.size ?? 0;
		while (offset > 0) {
			const bytes = Math.min(offset, eventReadBytes);
			offset -= bytes;
			// eslint-disable-next-line no-await-in-loop -- from the end, until there is enough
			const read = await readLines(stateDir, {file, offset}, bytes);
			found += read?.lines.length ?? 0;
			if (found > linesCount) {
				return {file, offset};
			}
		}
	}

	return firstPlace;
}

/** Of the beginning of a file so much is read to see when it begins; the first event is not longer. */
const beginningBytes = 16 * 1024;

/** A place before all events since that time, in milliseconds since 1970: files whose successor begins before it are passed over. */
export async function placeSince(stateDir: string, sinceMs: number): Promise<EventPlace> {
	const numbers = await eventFiles(stateDir);
	const begins = await Promise.all(numbers.map(async file => beginOf(stateDir, file)));
	const last = begins.findLastIndex(at => at !== undefined && at < sinceMs);
	return {file: numbers[Math.max(0, last)] ?? firstPlace.file, offset: 0};
}

/** When the first event of the file was, by its stamp; undefined where there is none. */
async function beginOf(stateDir: string, file: number): Promise<number | undefined> {
	const read = await readLines(stateDir, {file, offset: 0}, beginningBytes);
	const [first] = eventsIn(read?.lines ?? []);
	return first && Date.parse(first.at);
}

/** Whose events they are; undefined where there are none. */
export async function readEventOwner(stateDir: string): Promise<EventOwner | undefined> {
	const [file] = (await eventFiles(stateDir)).slice(-1);
	const read = file === undefined ? undefined : await readLines(stateDir, {file, offset: 0});
	return ownerIn(read?.lines[0]);
}

const eventsIn = (lines: readonly string[]): KeptEvent[] => lines.map(line => parseKept(line)).filter(event => event !== undefined);
