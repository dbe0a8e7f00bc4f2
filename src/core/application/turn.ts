/** One step in the making: the state being changed and the effects so far. It never outlives the step; nested data is replaced, not changed. */

import type {Level} from '../model/event.js';
import type {MonoMs} from '../model/time.js';
import type {ApplicationState, LifeStep} from './state.js';
import type {ApplicationEffect} from './types.js';

export type Draft = {-readonly [Field in keyof ApplicationState]: ApplicationState[Field]};

export type Turn = {
	readonly now: MonoMs;
	readonly state: Draft;
	readonly effects: ApplicationEffect[];
};

export function tell(turn: Turn, level: Level, name: string, message: string, fields: Readonly<Record<string, string | number | boolean>> = {}): void {
	turn.effects.push({kind: 'event', event: {level, name, message, fields}});
}

/** A number that no order had before. */
export function takeRun({state}: Turn): number {
	const run = state.nextRun;
	state.nextRun = run + 1;
	return run;
}

export function enterStep({state, now}: Turn, step: LifeStep): void {
	state.step = step;
	state.stepSince = now;
}

/** Whether services shall run: an operator wants it, and nothing has stopped this node for good. */
export const shallRun = ({wanted, held}: Pick<ApplicationState, 'wanted' | 'held'>): boolean => (wanted === 'serve' || wanted === 'drain') && held === '';
