/**
The small loop around the membership core: waits for one thing, steps, carries the effects out in order, arms one timer.

A timer that fires only asks for a tick after the event loop's next poll: libuv runs timers before it reads sockets, and a node that just woke
must not declare peers dead whose heartbeats already wait in its socket (protocol rule R11).
*/

import type {MembershipEffect, MembershipInput} from '../core/membership/types.js';
import type {MonoMs} from '../core/model/time.js';
import type {Clock} from '../edge/clock/clock.js';

/** A timer's longest wait; a deadline further away is simply looked at again. */
const waitMsMax = 60_000;

export type Core<State> = {
	readonly step: (state: State, input: MembershipInput, now: MonoMs) => {readonly state: State; readonly effects: readonly MembershipEffect[]};
	readonly nextDeadline: (state: State) => MonoMs;
};

export type LoopParts<State> = {
	readonly core: Core<State>;
	readonly initial: State;
	readonly clock: Clock;
	readonly perform: (effect: MembershipEffect) => void;
	/** Called after each step, its effects and all. */
	readonly stepped?: (state: State) => void;
};

export type Loop<State> = {
	submit: (input: MembershipInput) => void;
	state: () => State;
	stop: () => void;
};

const tick = {kind: 'tick'} as const;

export function createLoop<State>({core, initial, clock, perform, stepped}: LoopParts<State>): Loop<State> {
	let state = initial;
	let timer: NodeJS.Timeout | undefined;
	/** The deadline that the timer waits for; infinite when it has fired. */
	let armedFor = Infinity;
	let isStopped = false;

	const ask = (): void => {
		armedFor = Infinity;
		setImmediate(submit, tick);
	};

	const arm = (): void => {
		const deadline = core.nextDeadline(state);
		if (deadline === armedFor) {
			return;
		}

		clearTimeout(timer);
		armedFor = deadline;
		// Rounded up: a timer drops fractions of a millisecond and would wake the daemon twice for every other deadline.
		timer = setTimeout(ask, Math.min(Math.max(0, Math.ceil(deadline - clock.nowFine())), waitMsMax));
	};

	const submit = (input: MembershipInput): void => {
		if (isStopped) {
			return;
		}

		const {state: next, effects} = core.step(state, input, clock.now());
		state = next;
		for (const effect of effects) {
			perform(effect);
		}

		stepped?.(state);
		arm();
	};

	return {
		submit,
		state: () => state,
		stop() {
			isStopped = true;
			clearTimeout(timer);
		},
	};
}
