/**
The membership core.
*/

import type {MonoMs} from '../model/time.js';
import type {MembershipState} from './state.js';
import type {MembershipEffect, MembershipInput} from './types.js';

export type StepResult = {readonly state: MembershipState; readonly effects: readonly MembershipEffect[]};

/** What becomes of the state, and what the shell shall do in this order. `now` never runs backwards. */
export function step(state: MembershipState, input: MembershipInput, now: MonoMs): StepResult {
	return {state: {...state, steppedAt: now}, effects: input.kind === 'stop' ? [{kind: 'finished'}] : []};
}
