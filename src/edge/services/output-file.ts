/**
The output of what lives on without its daemon: a file, since a pipe would break with the daemon, and what writes to a broken pipe dies. It is read as it grows,
and emptied when it is large; whoever appends to it goes on at its beginning then.
*/

import {Buffer} from 'node:buffer';
import {
	closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync,
} from 'node:fs';
import path from 'node:path';
import {createLineReader} from '../program/lines.js';

/** How often it is looked at. */
const lookMs = 1000;

/** It is emptied beyond this size, and no more than this is read of what came at once, the end of it. */
export const outputBytesMax = 1_048_576;

export type OutputFile = {
	/** Empties it. Returns why it cannot be written, empty where it can. */
	readonly clear: () => string;
	/** Tells what has been written since, and goes on to. `isOld`: but for what is there already. */
	readonly follow: (options: {readonly isOld: boolean}) => void;
	/** Tells what has been written by now. */
	readonly read: () => void;
	readonly close: () => void;
};

export function createOutputFile(file: string, told: (line: string) => void, {intervalMs = lookMs} = {}): OutputFile {
	const chunk = Buffer.alloc(64 * 1024);
	let reader = createLineReader(told);
	let readTo = 0;
	let timer: NodeJS.Timeout | undefined;

	const take = (descriptor: number): void => {
		const {size} = fstatSync(descriptor);
		// Somebody else emptied it.
		readTo = size < readTo ? 0 : Math.max(readTo, size - outputBytesMax);
		for (let count = 1; count > 0 && readTo < size;) {
			count = readSync(descriptor, chunk, 0, Math.min(chunk.length, size - readTo), readTo);
			reader.write(chunk.subarray(0, count));
			readTo += count;
		}

		if (!(size > outputBytesMax)) {
			return;
		}

		ftruncateSync(descriptor);
		readTo = 0;
	};

	const read = (): void => {
		try {
			withFile(file, 'r+', take);
		} catch {
			// It is gone, and with it what it said.
			readTo = 0;
		}
	};

	return {
		clear() {
			reader = createLineReader(told);
			readTo = 0;
			try {
				mkdirSync(path.dirname(file), {recursive: true, mode: 0o700});
				withFile(file, 'w', () => undefined);
				return '';
			} catch (error) {
				return `cannot write '${file}': ${(error as Error).message}`;
			}
		},
		follow({isOld}) {
			if (isOld) {
				readTo = sizeOf(file);
			}

			clearInterval(timer);
			timer = setInterval(read, intervalMs).unref();
		},
		read,
		close() {
			clearInterval(timer);
			read();
			reader.end();
		},
	};
}

function withFile(file: string, flags: 'r+' | 'r' | 'w', use: (descriptor: number) => void): void {
	const descriptor = openSync(file, flags, 0o600);
	try {
		use(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

function sizeOf(file: string): number {
	let size = 0;
	try {
		withFile(file, 'r', descriptor => {
			({size} = fstatSync(descriptor));
		});
	} catch {
		// There is none yet.
	}

	return size;
}
