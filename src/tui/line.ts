/** A line of the screen: pieces of text, each with its tone. */

import {displayWidth, truncate} from '../core/status/display-width.js';
import type {Tone} from '../core/status/node-row.js';

export type Piece = {readonly tone: Tone; readonly text: string};
export type Line = readonly Piece[];

/** The line's pieces as far as they fit. */
export function fitLine(line: Line, columns: number): Line {
	let room = columns;
	const kept: Piece[] = [];
	for (const {tone, text} of line) {
		const piece = truncate(text, room);
		room -= displayWidth(piece);
		if (piece !== '') {
			kept.push({tone, text: piece});
		}

		if (piece !== text) {
			break;
		}
	}

	return kept;
}

/** Cells between two groups. */
const groupGap = 2;

/** Groups of pieces side by side, each whole or not at all; only the first may be cut. */
export function fitGroups([first = [], ...others]: readonly Line[], columns: number): Line {
	let line = fitLine(first, columns);
	for (const group of others) {
		if (lineWidth(line) + groupGap + lineWidth(group) > columns) {
			break;
		}

		line = [...line, {tone: 'plain', text: ' '.repeat(groupGap)}, ...group];
	}

	return line;
}

/** Cells that the line takes. */
export const lineWidth = (line: Line): number => line.reduce((sum, {text}) => sum + displayWidth(text), 0);
