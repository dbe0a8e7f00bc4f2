/**
The small loop around a core, of membership or of the application: waits for one thing, steps, carries the effects out in order, arms one timer.

A timer that fires only asks for a tick after the event loop's next poll: libuv runs timers before it reads sockets, and a node that just woke
must not declare peers dead whose heartbeats already wait in its socket (protocol rule R11).
*/

import type {MonoMs} from '../core/model/time.js';
import type {Clock} from '../edge/clock/clock.js';

/** A timer's longest wait; a deadline further away is simply looked at again. */
const waitMsMax = 60_000;

/** What says that a deadline is reached. */
const tick = {kind: 'tick'} as const;

export type Core<State, Input, Effect> = {
	readonly step: (state: State, input: Input | typeof tick, now: MonoMs) => {readonly state: State; readonly effects: readonly Effect[]};
	readonly nextDeadline: (state: State) => MonoMs;
};

export type LoopParts<State, Input, Effect> = {
	readonly core: Core<State, Input, Effect>;
	readonly initial: State;
	readonly clock: Pick<Clock, 'now' | 'nowFine'>;
	readonly perform: (effect: Effect) => void;
	/** Called after each step, its effects and all. */
	readonly stepped?: (state: State) => void;
};

export type Loop<State, Input> = {
	submit: (input: Input | typeof tick) => void;
	state: () => State;
	stop: () => void;
};

export function createLoop<State, Input, Effect>({core, initial, clock, perform, stepped}: LoopParts<State, Input, Effect>): Loop<State, Input> {
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

	const submit = (input: Input | typeof tick): void => {
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
