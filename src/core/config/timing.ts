/**
The timing of heartbeats: what follows from the detection time D, and the inequalities that make the lease safe.

	H interval    D detection    L lease    S silence    k losses in a row without effect
	j lateness of timers         d largest one-way delay    r clock drift         t kernel tick

	safety              L(1 + r) + t < D(1 - r)        a node has fallen silent before anyone takes over
	silence             (k + 1)(H + j) + d <= S < D    k lost heartbeats do not make a peer silent
	renewal             L >= H + 2t + j                a lease lives until the next renewal; the kernel ends it up to two ticks early
	alone               L - k(H + j) > H + j           the same, for a node whose peers are silent
	no false expulsion  D(1 - r) >= (k + 1)(H + j) + d
	no blink            L >= (k + 1)(H + j) + S + d + j

All but the last are required. The last only decides whether a crash of one node can end the leases of the others for a few milliseconds: nobody
answers twice then, and a farm that detects within 30 ms may be worth it, so it is a warning.
*/

import type {Timing} from '../model/farm.js';

/** k */
export const lossesMax = 1;
/** r; far above any real clock, and what the model behind these rules was run with. */
export const driftFraction = 0.01;
/** t: a kernel of 250 Hz, as distributions build it. */
export const kernelTickMs = 4;
/** j and d as parts of H, at least one millisecond each. */
export const timerLatenessPart = 1 / 10;
export const delayPart = 1 / 10;

export const detectionMinMs = 30;
/** With the back end iptables: its programs take tens of milliseconds to change slots, and the kernel lets nobody renew the lease for some of that. */
export const iptablesDetectionMinMs = 200;
export const detectionMaxMs = 60_000;
export const detectionDefaultMs = 300;
export const intervalMinMs = 4;
export const intervalMaxMs = 10_000;
export const leaseMinMs = 10;
export const silenceMinMs = 10;

/** H as a part of D, and L and S likewise: 50, 260 and 125 ms of 300 ms. At the shortest detection times H is its minimum, for the sake of the last inequality. */
const intervalPart = 1 / 6;
const leasePart = 260 / 300;
const silencePart = 125 / 300;

export type TimingKey = 'detection' | 'detection-max' | 'interval' | 'lease' | 'silence';

export type TimingWishes = Readonly<Partial<Record<TimingKey, number | undefined>>>;

export type TimingProblem = {readonly key: TimingKey; readonly message: string; readonly hint: string};

/** The whole timing from what the configuration names, all in milliseconds; what it does not name follows from the detection time. */
export function deriveTiming({detection = detectionDefaultMs, 'detection-max': ceiling = detection, interval, lease, silence}: TimingWishes): Timing {
	const timingFor = (intervalMs: number): Timing => {
		const timerLatenessMs = Math.max(1, Math.round(intervalMs * timerLatenessPart));
		const delayMs = Math.max(1, Math.round(intervalMs * delayPart));
		const leaseMs = lease ?? Math.min(Math.floor(detection * leasePart), safeLeaseMaxMs(detection));
		const silenceMin = ((lossesMax + 1) * (intervalMs + timerLatenessMs)) + delayMs;
		const silenceMs = silence ?? Math.max(Math.floor(detection * silencePart), silenceMin);
		return {
			intervalMs, detectionMs: detection, detectionMaxMs: ceiling, leaseMs, silenceMs, lossesMax, timerLatenessMs, delayMs, driftFraction,
		};
	};

	const usual = timingFor(interval ?? Math.max(intervalMinMs, Math.floor(detection * intervalPart)));
	const isFree = interval === undefined && lease === undefined && silence === undefined;
	return isFree && !isBlinkless(usual) ? timingFor(intervalMinMs) : usual;
}

/** The longest whole lease that the safety inequality allows. */
export const safeLeaseMaxMs = (detectionMs: number): number =>
	Math.ceil(((detectionMs * (1 - driftFraction)) - kernelTickMs) / (1 + driftFraction)) - 1;

/** What is wrong with it for the back end iptables alone. */
export const iptablesTimingProblems = ({detectionMs}: Timing): TimingProblem[] => detectionMs >= iptablesDetectionMinMs ? [] : [{
	key: 'detection',
	message: `a detection of ${detectionMs} ms is too short for the back end iptables: it needs ${iptablesDetectionMinMs} ms`,
	hint: 'its programs take tens of milliseconds to change slots, and meanwhile the lease cannot always be renewed; take a longer detection, or backend: nft',
}];

/** What breaks a required inequality, with the numbers. */
export function timingProblems(timing: Timing): TimingProblem[] {
	const {intervalMs: H, detectionMs: D, leaseMs: L, silenceMs: S, timerLatenessMs: j, delayMs: d, lossesMax: k, driftFraction: r} = timing;
	const late = (k + 1) * (H + j);
	const checks: ReadonlyArray<TimingProblem & {readonly isMet: boolean}> = [
		{
			key: 'detection-max', isMet: timing.detectionMaxMs >= D,
			message: `a detection-max of ${timing.detectionMaxMs} ms is less than the detection of ${D} ms`,
			hint: `at least ${D}ms, or leave it out`,
		},
		{
			key: 'lease', isMet: (L * (1 + r)) + kernelTickMs < D * (1 - r),
			message: `a lease of ${L} ms with a detection of ${D} ms is not safe: ${ms(L * (1 + r))} (the lease on a slow clock) + ${kernelTickMs} ms (kernel tick) must be less than ${ms(D * (1 - r))} (the detection on a fast clock)`,
			hint: `a lease of at most ${safeLeaseMaxMs(D)}ms, or leave it out`,
		},
		{
			key: 'silence', isMet: late + d <= S,
			message: `a silence of ${S} ms is too short for an interval of ${H} ms: ${k + 1} intervals of ${H} + ${j} ms and a delay of ${d} ms take ${late + d} ms`,
			hint: `a silence of at least ${late + d}ms, or a shorter interval`,
		},
		{
			key: 'silence', isMet: S < D,
			message: `a silence of ${S} ms must be less than the detection of ${D} ms`,
			hint: `a silence below ${D}ms, or a longer detection`,
		},
		{
			key: 'lease', isMet: L >= H + (2 * kernelTickMs) + j,
			message: `a lease of ${L} ms can end before it is renewed: an interval of ${H} ms, two kernel ticks of ${kernelTickMs} ms and a timer ${j} ms late take ${H + (2 * kernelTickMs) + j} ms`,
			hint: 'a longer lease, or a shorter interval',
		},
		{
			key: 'lease', isMet: L - (k * (H + j)) > H + j,
			message: `a lease of ${L} ms is too short for an interval of ${H} ms: it must be more than ${late} ms, or one lost heartbeat ends it`,
			hint: 'a longer lease, or a shorter interval',
		},
		{
			key: 'interval', isMet: D * (1 - r) >= late + d,
			message: `an interval of ${H} ms is too long for a detection of ${D} ms: ${k + 1} intervals of ${H} + ${j} ms and a delay of ${d} ms take ${late + d} ms, so one lost heartbeat would declare a live node dead`,
			hint: `an interval of about a sixth of the detection, ${Math.floor(D * intervalPart)}ms, or leave it out`,
		},
	];
	return checks.filter(({isMet}) => !isMet).map(({key, message, hint}) => ({key, message, hint}));
}

/** What is allowed and has a price. */
export function timingWarnings(timing: Timing): TimingProblem[] {
	const {intervalMs: H, detectionMs: D, leaseMs: L, silenceMs: S} = timing;
	const needed = blinklessLeaseMs(timing);
	return isBlinkless(timing) ? [] : [{
		key: 'detection',
		message: `with a lease of ${L} ms, a crash of one node can interrupt the others for a few milliseconds: that none does needs ${needed} ms (interval ${H}, silence ${S}, detection ${D} ms)`,
		hint: 'a longer detection, or a shorter interval and silence',
	}];
}

const blinklessLeaseMs = ({intervalMs, silenceMs, timerLatenessMs, delayMs, lossesMax: k}: Timing): number =>
	((k + 1) * (intervalMs + timerLatenessMs)) + silenceMs + delayMs + timerLatenessMs;

const isBlinkless = (timing: Timing): boolean => timing.leaseMs >= blinklessLeaseMs(timing);

const ms = (value: number): string => `${Math.round(value * 10) / 10} ms`;
