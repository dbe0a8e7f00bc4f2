/** The log: one structured line an event on stderr, for people on a terminal, as JSON otherwise. */

import process from 'node:process';
import type {FarmEvent, Level} from '../../core/model/event.js';
import {printable} from '../../core/status/display-width.js';

export type Log = (event: FarmEvent) => void;

export type LogFormat = 'human' | 'json';

const levels: readonly Level[] = ['debug', 'info', 'warning', 'error'];

export type LogOptions = {
	readonly format: LogFormat;
	/** Events below this level are not written. */
	readonly level: Level;
	readonly write?: (line: string) => void;
	readonly wall?: () => Date;
};

/** A log that writes each event of at least `level` as one line. */
export function createLog({format, level, write = line => process.stderr.write(line), wall = () => new Date()}: LogOptions): Log {
	const lowest = levels.indexOf(level);
	return event => {
		if (levels.indexOf(event.level) >= lowest) {
			write(`${format === 'json' ? renderJson(event, wall()) : renderHuman(event, wall())}\n`);
		}
	};
}

const renderJson = (event: FarmEvent, at: Date): string => JSON.stringify({
	at: at.toISOString(), level: event.level, event: event.name, message: event.message, ...event.fields,
});

const renderHuman = (event: FarmEvent, at: Date): string => `${at.toISOString().slice(11, 23)} ${event.level.padEnd(7)} ${event.name}: ${printableLines(event.message)}`;

/** Nothing in it can steer a terminal; a line after the first is indented, so that each line without indentation is an event. */
const printableLines = (text: string): string => text.split('\n').map(line => printable(line)).join('\n    ');
