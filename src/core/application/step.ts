/**
The life of a node's application: services, checks, hooks, recovery, and what of it membership is asked for.

Theory of operation. Inputs change facts: what the operator wants, what services and checks do, what membership made of the claim. From the facts each state
of the life (`life.ts`) draws its own conclusion, again and again until nothing changes: `idle.ts` STOP and WAIT, `starting.ts`, `serving.ts` UP and
DRAINING, `stopping.ts`. So an order that comes at any moment, late news and a deadline are all the same, and nothing is done twice.

What must not happen is kept in two places. A claim to be let in is made only in UP, which is entered when every service runs and every check that matters
is up. And no service is stopped from UP but through DRAINING, which ends when membership answers the newest claim with `out`, or after it was told that
the application is dead. Claims are numbered for that reason: an answer to an older one says nothing.
*/

import type {MonoMs} from '../model/time.js';
import {begin, remember} from './begin.js';
import {ableChecks, absorbCheck} from './checks.js';
import {noteShare, updateClaim} from './claim.js';
import {configure} from './configure.js';
import {absorbHandler, absorbHook, expireAnswers} from './hooks.js';
import {advanceStop, advanceWait} from './idle.js';
import {absorbService, expireServices} from './services.js';
import {advanceDraining, advanceUp} from './serving.js';
import {advanceStarting} from './starting.js';
import type {ApplicationState} from './state.js';
import {advanceStopping} from './stopping.js';
import type {Draft, Turn} from './turn.js';
import type {ApplicationEffect, ApplicationInput, ApplicationWish} from './types.js';

export type ApplicationResult = {readonly state: ApplicationState; readonly effects: readonly ApplicationEffect[]};

/** One input leads to so many changes at the most; a test watches that it is never near it. */
export const roundsMax = 50;

/** The new state, and what the caller shall do in this order. `now` never runs backwards. Never throws, whatever is told. */
export function step(state: ApplicationState, input: ApplicationInput, now: MonoMs): ApplicationResult {
	const turn: Turn = {now, state: {...state, steppedAt: now}, effects: []};
	if (state.isBegun || input.kind === 'begin') {
		absorb(turn, input);
		settle(turn);
		updateClaim(turn);
		remember(turn, state);
	}

	return {state: turn.state, effects: turn.effects};
}

function absorb(turn: Turn, input: ApplicationInput): void {
	switch (input.kind) {
		case 'begin': {
			if (!turn.state.isBegun) {
				begin(turn, input);
			}

			return;
		}

		case 'wanted': {
			want(turn.state, input.wanted);
			return;
		}

		case 'standing': {
			const {standing, answers, othersServe, othersUnwell} = input;
			turn.state.standing = {standing, answers, othersServe, othersUnwell};
			noteShare(turn);
			return;
		}

		case 'service': {
			absorbService(turn, input);
			return;
		}

		case 'check': {
			absorbCheck(turn, input);
			return;
		}

		case 'hook': {
			absorbHook(turn, input);
			return;
		}

		case 'handler': {
			absorbHandler(turn, input);
			return;
		}

		case 'checks': {
			ableChecks(turn, input.names, input.isEnabled);
			return;
		}

		case 'configure': {
			configure(turn, input.settings);
			return;
		}

		case 'tick': {
			return;
		}

		default: {
			input satisfies never;
		}
	}
}

/** Nothing is wanted any more of one that leaves. An order to serve is a new beginning. */
function want(state: Draft, wanted: ApplicationWish): void {
	if (state.wanted === 'leave') {
		return;
	}

	state.wanted = wanted;
	if (wanted !== 'serve') {
		return;
	}

	state.held = '';
	state.actions = state.actions.length === 0 ? state.actions : [];
	state.excused = [];
	state.pauseUntil = undefined;
}

function settle(turn: Turn): void {
	expireServices(turn);
	expireAnswers(turn);
	for (let round = 0; round < roundsMax; round++) {
		const before = {...turn.state};
		forgetExcuses(turn.state);
		advance(turn);
		updateClaim(turn);
		if (!isChanged(before, turn.state)) {
			return;
		}
	}
}

function advance(turn: Turn): void {
	const {life} = turn.state;
	switch (life) {
		case 'STOP': {
			advanceStop(turn);
			return;
		}

		case 'WAIT': {
			advanceWait(turn);
			return;
		}

		case 'STARTING': {
			advanceStarting(turn);
			return;
		}

		case 'UP': {
			advanceUp(turn);
			return;
		}

		case 'DRAINING': {
			advanceDraining(turn);
			return;
		}

		case 'STOPPING': {
			advanceStopping(turn);
			return;
		}

		case 'ENDED': {
			return;
		}

		default: {
			life satisfies never;
		}
	}
}

/** A check that is up again counts as any other from now on. */
function forgetExcuses(state: Draft): void {
	const excused = state.excused.filter(name => state.checks.some(({check, verdict}) => check.name === name && verdict !== 'up'));
	state.excused = excused.length === state.excused.length ? state.excused : excused;
}

const isChanged = (before: ApplicationState, after: ApplicationState): boolean =>
	(Object.keys(after) as Array<keyof ApplicationState>).some(key => before[key] !== after[key]);
