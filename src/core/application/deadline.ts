/** When the application must be stepped again although nothing happens. */

import {monoMs, type MonoMs} from '../model/time.js';
import {nextShareAt} from './claim.js';
import {serviceDueAt} from './services.js';
import {drainDueAt, inPlaceDueAt} from './serving.js';
import type {ApplicationState} from './state.js';

/** When the next `tick` is due, always later than the last step; undefined where nothing is due by itself. Earlier ticks do no harm. */
export function nextDeadline(state: ApplicationState): MonoMs | undefined {
	const {hook, handler, recovery, life, step, pauseUntil, checksDueAt} = state;
	const times = [
		...state.services.map(service => serviceDueAt(service)),
		hook?.untilAt,
		handler?.untilAt,
		recovery?.action === 'handler' && recovery.phase === 'due' ? recovery.dueAt : undefined,
		life === 'STARTING' && step === 'pause' ? pauseUntil : undefined,
		life === 'STARTING' ? checksDueAt : undefined,
		drainDueAt(state),
		inPlaceDueAt(state),
		allowedAt(state),
		nextShareAt(state),
	].filter(time => time !== undefined && time > state.steppedAt);
	return times.length === 0 ? undefined : monoMs(Math.min(...times as number[]));
}

/** When the oldest of too many actions counts no more, and a node that is kept may be started anew where it is. */
function allowedAt({life, recovery, actions, settings: {application: {actions: {withinMs}}}}: ApplicationState): number | undefined {
	const [oldest] = actions;
	return life === 'UP' && recovery !== undefined && oldest !== undefined ? oldest.at + withinMs : undefined;
}
