/**
How soon one thing may be put back once more. Pure.

At first at once. Someone who takes it away again and again is met less and less often: after more than `repairsMax` repairs within
`repairWindowMs` the next one waits `repairDelayMinMs`, each further one twice as long as the one before, up to `repairDelayMaxMs`. A thing that then stays
in place for `repairCalmMs` is met as at first. An attempt that the system refuses is repeated by a series of its own, which starts much sooner.
*/

import {monoMs, type MonoMs} from '../model/time.js';

/** So many repairs of one thing within the window are no sign of a program that insists. */
export const repairsMax = 5;
export const repairWindowMs = 10_000;
export const repairDelayMinMs = 1000;
export const repairDelayMaxMs = 30_000;

/** After a refusal: what is refused while an interface comes and goes succeeds a moment later. */
export const refusalDelayMinMs = 20;

/** In place for so long, a thing that was taken away again and again is held to be left alone. */
export const repairCalmMs = 5000;

export type Patience = {
	/** Of the last window, ascending. */
	readonly repairs: readonly MonoMs[];
	/** Between two repairs, because someone insists; 0 when nobody does. */
	readonly delayMs: number;
	/** Between two attempts, because the system refuses; 0 when it does not. */
	readonly refusalMs: number;
	/** Nothing may be tried before. */
	readonly heldUntil: MonoMs;
	/** Since when it is in place; undefined while it is not. */
	readonly inPlaceSince: MonoMs | undefined;
};

export const freshPatience: Patience = {repairs: [], delayMs: 0, refusalMs: 0, heldUntil: monoMs(-Infinity), inPlaceSince: monoMs(-Infinity)};

/** Whether someone insists, or was insisting until a moment ago. */
export const isInsisted = ({delayMs}: Patience): boolean => delayMs > 0;

/** Whether it is neither in place nor could be put there. */
export const isRefused = ({refusalMs}: Patience): boolean => refusalMs > 0;

/** The thing was found in place. */
export function found(patience: Patience, now: MonoMs): Patience {
	const inPlaceSince = patience.inPlaceSince ?? now;
	return isInsisted(patience) && now >= inPlaceSince + repairCalmMs
		? {...freshPatience, inPlaceSince}
		: {...patience, inPlaceSince, refusalMs: 0};
}

/** The thing was found missing; `waitMs` then says how long it stays so. */
export const missed = (patience: Patience, now: MonoMs): Patience =>
	({...patience.inPlaceSince === undefined ? patience : found(patience, now), inPlaceSince: undefined});

/** How long nothing may be tried, 0 for not at all. */
export const waitMs = ({heldUntil}: Patience, now: MonoMs): number => Math.max(0, heldUntil - now);

/** The thing was missing and has been put back. */
export function repaired(patience: Patience, now: MonoMs): Patience {
	const repairs = [...patience.repairs.filter(at => at > now - repairWindowMs), now];
	const delayMs = isInsisted(patience) ? doubled(patience.delayMs) : (repairs.length > repairsMax ? repairDelayMinMs : 0);
	return {repairs, delayMs, refusalMs: 0, heldUntil: monoMs(now + delayMs), inPlaceSince: now};
}

/** The thing was missing and could not be put back. */
export function refused(patience: Patience, now: MonoMs): Patience {
	const refusalMs = isRefused(patience) ? doubled(patience.refusalMs) : refusalDelayMinMs;
	return {...patience, refusalMs, heldUntil: monoMs(now + Math.max(refusalMs, patience.delayMs)), inPlaceSince: undefined};
}

/** When to look again although nobody says so; undefined for never. */
export function lookAgainAt({delayMs, heldUntil, inPlaceSince}: Patience): MonoMs | undefined {
	if (inPlaceSince === undefined) {
		return heldUntil;
	}

	return delayMs > 0 ? monoMs(inPlaceSince + repairCalmMs) : undefined;
}

const doubled = (ms: number): number => Math.min(ms * 2, repairDelayMaxMs);
