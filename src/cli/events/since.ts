/** `--since`: how long ago, or a time. */

import {durationExpected, parseDuration} from '../../core/config/duration.js';
import {UsageFailure} from '../../errors.js';

const dayMs = 86_400_000;

/** Milliseconds since 1970. A time without a zone is this machine's, one without a day was in the last 24 hours. Throws a UsageFailure. */
export function sinceMsOf(text: string, now: Date): number {
	const duration = parseDuration(text);
	if (duration !== undefined) {
		return now.getTime() - duration;
	}

	const ms = /^\d{1,2}:\d\d/u.test(text) ? timeOfDay(text, now) : timeOf(text);
	if (Number.isNaN(ms)) {
		throw new UsageFailure(`--since '${text}' is no time`, {hint: `write ${durationExpected}, or a time such as 14:05 or 2026-01-02T14:05:00Z`});
	}

	return ms;
}

function timeOf(text: string): number {
	const isDay = /^\d{4}-\d\d-\d\d$/u.test(text);
	const isTime = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/u.test(text);
	// A day alone is UTC by the language, and this machine's here as all else is.
	return isDay || isTime ? Date.parse(isDay ? `${text}T00:00` : text.replace(' ', 'T')) : NaN;
}

function timeOfDay(text: string, now: Date): number {
	const found = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/u.exec(text);
	const [hours, minutes, seconds] = (found ?? []).slice(1).map(digits => Number(digits ?? 0)) as [number, number, number];
	if (found === null || hours > 23 || minutes > 59 || seconds > 59) {
		return NaN;
	}

	const at = new Date(now);
	at.setHours(hours, minutes, seconds, 0);
	return at.getTime() > now.getTime() ? at.getTime() - dayMs : at.getTime();
}
