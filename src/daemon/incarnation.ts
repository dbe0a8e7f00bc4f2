/**
The number of this life of the daemon: larger than that of every life before, whatever the wall clock does (protocol rule R6). The last one is kept
in the run directory; after a reboot, which empties it, the wall clock and what peers report decide.
*/

import {mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Clock} from '../edge/clock/clock.js';

const fileName = 'incarnation';

/** A new incarnation: wall milliseconds, or one more than the last where the clock was set back. Recorded before it is returned. */
export function nextIncarnation(runDir: string, clock: Pick<Clock, 'wall'>): number {
	const incarnation = Math.max(clock.wall().getTime(), lastIncarnation(runDir) + 1);
	recordIncarnation(runDir, incarnation);
	return incarnation;
}

/** Records an incarnation that the core has raised. */
export function recordIncarnation(runDir: string, incarnation: number): void {
	mkdirSync(runDir, {recursive: true, mode: 0o755});
	const file = path.join(runDir, fileName);
	writeFileSync(`${file}.new`, `${incarnation}\n`, {mode: 0o644});
	renameSync(`${file}.new`, file);
}

function lastIncarnation(runDir: string): number {
	try {
		const recorded = Number(readFileSync(path.join(runDir, fileName), 'utf8'));
		return Number.isSafeInteger(recorded) ? recorded : 0;
	} catch {
		return 0;
	}
}
