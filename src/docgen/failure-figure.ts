/** A failure in time, to scale: what ends when after the last heartbeat of a node that its peers heard. Pure. */

import type {Timing} from '../core/model/farm.js';

const labelWidth = 11;
/** That D is wide. */
const scaleWidth = 54;

/** The lines of the figure. */
export function failureFigure(timing: Timing): string[] {
	const {intervalMs, detectionMs, silenceMs} = timing;
	const place = (ms: number): number => Math.round(ms * scaleWidth / detectionMs);
	const beats = Array.from({length: Math.floor(detectionMs / intervalMs) + 1}, (_, index) => index * intervalMs);
	const put = (line: string, text: string, ms: number): string => line.padEnd(place(ms)) + text;
	const leaseEndMs = leaseAfterLastMs(timing);
	const rows: ReadonlyArray<readonly [string, string]> = [
		['ms', beats.reduce((line, ms) => put(line, String(ms), ms), '')],
		['heartbeats', beats.reduce((line, ms) => put(line, ms === 0 ? '*' : 'x', ms), '')],
		['silence', `${bar(place(silenceMs), ' its echo counts ')}${silenceMs}`],
		['lease', `${bar(place(leaseEndMs), ' its kernel accepts ')}${leaseEndMs}`],
		['detection', `${bar(place(detectionMs), ' its peers hold it to be alive ')}${detectionMs}`],
		['hung', `${'#'.repeat(place(leaseEndMs)).padEnd(place(detectionMs), '.')}NNNN`],
		['crashed', `${'.'.repeat(place(detectionMs))}NNNN`],
	];
	return rows.map(([label, text]) => (label.padEnd(labelWidth) + text).trimEnd());
}

/** How long after its last heartbeat left the lease of a node may end at the latest (R1). */
export const leaseAfterLastMs = ({leaseMs, lossesMax, intervalMs, timerLatenessMs}: Timing): number => leaseMs - (lossesMax * (intervalMs + timerLatenessMs));

function bar(length: number, text: string): string {
	const left = Math.floor((length - 2 - text.length) / 2);
	return `|${'-'.repeat(left)}${text}${'-'.repeat(length - 2 - text.length - left)}|`;
}
