/**
Bytes of a program's output as lines that may be shown: printable, of bounded length. What a program prints never grows in memory, and where it prints
more than anybody reads, the most of it is skipped unread.
*/

import {StringDecoder} from 'node:string_decoder';
import {printable} from '../../core/status/display-width.js';

/** Characters of a line; what is longer is cut, the rest up to its end is dropped. */
export const lineLengthMax = 500;

/** Of what arrives at once (64 KiB at most) so many lines are read, the last ones. */
export const linesAtOnceMax = 100;

export const skippedLine = '[output skipped]';

export type LineReader = {
	readonly write: (bytes: Buffer) => void;
	/** Tells a last line without an end. */
	readonly end: () => void;
};

/** Calls `told` with each line that is not empty, without its end. */
export function createLineReader(told: (line: string) => void): LineReader {
	let decoder = new StringDecoder('utf8');
	let begun = '';
	const keep = (text: string): void => {
		begun += text.slice(0, lineLengthMax + 1 - begun.length);
	};

	const tell = (): void => {
		const line = printable((begun.length > lineLengthMax ? `${begun.slice(0, lineLengthMax - 1)}…` : begun).trim());
		begun = '';
		if (line !== '') {
			told(line);
		}
	};

	const take = (bytes: Buffer): void => {
		const lines = decoder.write(bytes).split('\n');
		const last = lines.pop()!;
		for (const line of lines) {
			keep(line);
			tell();
		}

		keep(last);
	};

	return {
		write(bytes) {
			const from = startOfLast(bytes);
			if (from > 0) {
				decoder = new StringDecoder('utf8');
				begun = skippedLine;
				tell();
			}

			take(bytes.subarray(from));
		},
		end() {
			keep(decoder.end());
			tell();
		},
	};
}

const newline = 10;

/** Where the last lines begin that are read; 0 where that is all. */
function startOfLast(bytes: Buffer): number {
	let at = bytes.length;
	for (let line = 0; line <= linesAtOnceMax; line++) {
		at = at === 0 ? -1 : bytes.lastIndexOf(newline, at - 1);
		if (at === -1) {
			return 0;
		}
	}

	return at + 1;
}
