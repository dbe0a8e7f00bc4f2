/** The times of the protocol and the inequalities between them, with the numbers of one timing. Pure. */

import {kernelTickMs} from '../core/config/timing.js';
import type {Timing} from '../core/model/farm.js';

export type Inequality = {
	readonly name: string;
	/** In the letters of `core/config/timing.ts`. */
	readonly text: string;
	readonly numbers: (timing: Timing) => string;
	readonly isMet: (timing: Timing) => boolean;
	/** Whether a configuration that breaks it is refused. */
	readonly isRequired: boolean;
};

/** The time within which a live node is heard although k heartbeats in a row are lost. */
const heardMs = ({lossesMax, intervalMs, timerLatenessMs, delayMs}: Timing): number => ((lossesMax + 1) * (intervalMs + timerLatenessMs)) + delayMs;

/** W: what a node waits that begins to serve and does not hear everyone. */
export const admissionMs = (timing: Timing): number => Math.max(timing.detectionMs, timing.detectionMaxMs) + heardMs(timing);

const compare = (name: string, text: string, {sides, relation, isRequired = true}: {
	readonly sides: (timing: Timing) => readonly [number, number];
	readonly relation: '<' | '>' | '>=';
	readonly isRequired?: boolean;
}): Inequality => ({
	name,
	text,
	isRequired,
	numbers: timing => sides(timing).map(value => rounded(value)).join(` ${relation} `),
	isMet(timing) {
		const [left, right] = sides(timing);
		return relation === '<' ? left < right : (left > right || (relation === '>=' && left === right));
	},
});

export const inequalities: readonly Inequality[] = [
	compare('safety', 'L(1 + r) + t < D(1 - r)', {
		sides: ({leaseMs, detectionMs, driftFraction}) => [(leaseMs * (1 + driftFraction)) + kernelTickMs, detectionMs * (1 - driftFraction)], relation: '<',
	}),
	{
		name: 'silence',
		text: '(k + 1)(H + j) + d <= S < D',
		isRequired: true,
		numbers: timing => `${heardMs(timing)} <= ${timing.silenceMs} < ${timing.detectionMs}`,
		isMet: timing => heardMs(timing) <= timing.silenceMs && timing.silenceMs < timing.detectionMs,
	},
	compare('renewal', 'L >= H + 2t + j', {
		sides: ({leaseMs, intervalMs, timerLatenessMs}) => [leaseMs, intervalMs + (2 * kernelTickMs) + timerLatenessMs], relation: '>=',
	}),
	compare('alone', 'L - k(H + j) > H + j', {
		sides: ({leaseMs, lossesMax, intervalMs, timerLatenessMs}) => [leaseMs - (lossesMax * (intervalMs + timerLatenessMs)), intervalMs + timerLatenessMs], relation: '>',
	}),
	compare('no false expulsion', 'D(1 - r) >= (k + 1)(H + j) + d', {
		sides: timing => [timing.detectionMs * (1 - timing.driftFraction), heardMs(timing)], relation: '>=',
	}),
	compare('no blink', 'L >= (k + 1)(H + j) + S + d + j', {
		sides: timing => [timing.leaseMs, heardMs(timing) + timing.silenceMs + timing.timerLatenessMs], relation: '>=', isRequired: false,
	}),
];

/** The times, each with its letter, its value and where it is configured. */
export function timingLines(timing: Timing): string[] {
	const {intervalMs, detectionMs, leaseMs, silenceMs, lossesMax, timerLatenessMs, delayMs, driftFraction} = timing;
	const rows: ReadonlyArray<readonly [string, string, string]> = [
		['H', `${intervalMs} ms`, 'a heartbeat leaves this often        heartbeat.interval'],
		['D', `${detectionMs} ms`, 'silence after which a node is dead   heartbeat.detection'],
		['L', `${leaseMs} ms`, 'length of the lease                  heartbeat.lease'],
		['S', `${silenceMs} ms`, 'silence that delays no one\'s lease   heartbeat.silence'],
		['W', `${admissionMs(timing)} ms`, 'wait before a first claim            D + (k + 1)(H + j) + d'],
		['k', String(lossesMax), 'heartbeats lost in a row without effect'],
		['j', `${timerLatenessMs} ms`, 'lateness of timers                   H/10, at least 1 ms'],
		['d', `${delayMs} ms`, 'largest delay of the network         H/10, at least 1 ms'],
		['r', `${driftFraction * 100} %`, 'difference of two clocks'],
		['t', `${kernelTickMs} ms`, 'tick of the kernel (250 Hz)'],
	];
	return rows.map(([letter, value, text]) => `${letter}  ${value.padStart(6)}   ${text}`);
}

/** The inequalities, each with its numbers. */
export const inequalityLines = (timing: Timing): string[] =>
	inequalities.map(({name, text, numbers}) => `${name.padEnd(19)} ${text.padEnd(32)} ${numbers(timing)}`);

const rounded = (value: number): string => String(Math.round(value * 10) / 10);
