/** The only way from one state to another. */

import type {Life, NextLife} from './life.js';
import {newsOf, reasonOf} from './reason.js';
import type {LifeStep} from './state.js';
import {enterStep, tell, type Turn} from './turn.js';

/** `_from` is there for the compiler, which takes only what the table has. */
export function enter<From extends Life>(turn: Turn, _from: From, to: NextLife<From>, step: LifeStep = 'none'): void {
	const {state, now} = turn;
	state.life = to;
	state.isServedAlready &&= ['WAIT', 'STARTING', 'STOPPING'].includes(to);
	state.since = now;
	enterStep(turn, step);
	const reason = reasonOf(state);
	const news = newsOf(state);
	tell(turn, 'info', 'application-state', `the application is in ${to}${news === '' ? '' : `: ${news}`}`, {state: to, reason});
}
