/**
A node's events on its disk. The rule it keeps: nobody waits for the disk. Events are written in the order they came, several at once where it is slow; what a disk
that fails or hangs leaves no room for is counted, and told when it works again.
*/

import {Buffer} from 'node:buffer';
import {renderKept, type KeptEvent} from '../../core/events/kept-event.js';
import {Failure} from '../../errors.js';
import {beginFile, eventFileBytesMax, openNewest, type EventOwner, type OpenedFile} from './event-folder.js';

/** So many wait for the disk. */
export const eventsWaitingMax = 1000;

/** So many are written at once: a full file is not much fuller than it may be. */
const eventsAtOnceMax = 16;

/** After a failure the disk is tried again with the first event that comes this long after it. */
export const eventRetryMs = 10_000;

export type EventStore = {
	/** Keeps one more. */
	keep: (event: KeptEvent) => void;
	/** Resolves when what was kept until now is on the disk, or could not be written. */
	settled: () => Promise<void>;
	/** The sequence of the newest event of this life that is on the disk; 0 for none. */
	writtenSequence: () => number;
	/** Writes what waits, and closes the file. */
	close: () => Promise<void>;
};

export type EventStoreParts = {
	readonly stateDir: string;
	readonly owner: EventOwner;
	/** Monotonic milliseconds. */
	readonly now: () => number;
	/** Told once when the disk begins to fail: why, as one sentence. */
	readonly failed: (reason: string) => void;
	/** Told when it works again, with how many events it never got. */
	readonly mended: (lostCount: number) => void;
};

export function createEventStore({stateDir, owner, now, failed, mended}: EventStoreParts): EventStore {
	const waiting: KeptEvent[] = [];
	let writtenSequence = 0;
	let lostCount = 0;
	let failedAt: number | undefined;
	let file: OpenedFile | undefined;
	let writing: Promise<void> | undefined;

	const writeAll = async (): Promise<void> => {
		file ??= await openNewest(stateDir, owner);
		if (file.bytes >= eventFileBytesMax) {
			const {handle, number} = file;
			file = await beginFile(stateDir, number + 1, owner);
			await handle.close();
		}

		// Those that were taken are written or lost: half of them may be on the disk.
		const taken = waiting.splice(0, eventsAtOnceMax);
		try {
			const bytes = Buffer.from(taken.map(event => `${renderKept(event)}\n`).join(''));
			await file.handle.appendFile(bytes);
			await file.handle.datasync();
			file = {...file, bytes: file.bytes + bytes.length};
			writtenSequence = taken.at(-1)!.sequence;
		} catch (error) {
			lostCount += taken.length;
			throw error;
		}
	};

	const forget = async (): Promise<void> => {
		const open = file;
		file = undefined;
		await open?.handle.close().catch(() => undefined);
	};

	const write = async (): Promise<void> => {
		while (waiting.length > 0) {
			try {
				// eslint-disable-next-line no-await-in-loop -- in the order they came
				await writeAll();
			} catch (error) {
				// eslint-disable-next-line no-await-in-loop -- the file is opened anew
				await forget();
				if (failedAt === undefined) {
					failed(reasonOf(error));
				}

				failedAt = now();
				break;
			}

			if (failedAt !== undefined) {
				failedAt = undefined;
				mended(lostCount);
				lostCount = 0;
			}
		}
	};

	const begin = (): void => {
		writing ??= write().finally(() => {
			writing = undefined;
			if (waiting.length > 0 && failedAt === undefined) {
				begin();
			}
		});
	};

	return {
		keep(event) {
			waiting.push(event);
			if (waiting.length > eventsWaitingMax) {
				waiting.shift();
				lostCount++;
			}

			if (failedAt === undefined || now() - failedAt >= eventRetryMs) {
				begin();
			}
		},
		async settled() {
			await writing;
		},
		writtenSequence: () => writtenSequence,
		async close() {
			begin();
			await writing;
			await forget();
		},
	};
}

function reasonOf(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return error instanceof Failure && error.hint !== undefined ? `${message}; ${error.hint}` : message;
}
