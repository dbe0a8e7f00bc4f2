/**
The number of this life of the daemon: larger than that of every life before, whatever the wall clock does (protocol rule R6). The last one is kept
in the run directory; after a reboot, which empties it, the wall clock and what peers report decide.
*/

import {mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {incarnationMax} from '../core/protocol/heartbeat.js';
import type {Clock} from '../edge/clock/clock.js';
import type {Journal} from './journal.js';

const fileName = 'incarnation';

/** A wall clock beyond this, in the year 2248, is wrong, and counts as this. */
export const incarnationClockMax = 2 ** 43;

/** A new incarnation: wall milliseconds, or one more than the last where the clock was set back. Recorded before it is returned. */
export function nextIncarnation(runDir: string, clock: Pick<Clock, 'wall'>): number {
	const wall = Math.min(Math.max(0, clock.wall().getTime()), incarnationClockMax);
	const incarnation = Math.max(wall, lastIncarnation(runDir) + 1);
	recordIncarnation(runDir, incarnation);
	return incarnation;
}

/** Records an incarnation that the core has raised. A machine that cannot write goes on: its peers remember the number, too. */
export function noteIncarnation({runDir, journal}: {readonly runDir: string; readonly journal: Pick<Journal, 'record'>}, incarnation: number): void {
	try {
		recordIncarnation(runDir, incarnation);
	} catch (error) {
		journal.record({level: 'warning', name: 'life-not-recorded', message: `cannot record the number of this life in ${runDir}: ${(error as Error).message}`, fields: {incarnation}});
	}
}

/** Writes the last incarnation. Throws what the system says. */
export function recordIncarnation(runDir: string, incarnation: number): void {
	mkdirSync(runDir, {recursive: true, mode: 0o755});
	const file = path.join(runDir, fileName);
	writeFileSync(`${file}.new`, `${incarnation}\n`, {mode: 0o644});
	renameSync(`${file}.new`, file);
}

function lastIncarnation(runDir: string): number {
	try {
		const recorded = Number(readFileSync(path.join(runDir, fileName), 'utf8'));
		return Number.isSafeInteger(recorded) && recorded >= 0 && recorded < incarnationMax ? recorded : 0;
	} catch {
		return 0;
	}
}
