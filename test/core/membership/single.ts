/** One core by hand: inputs in, effects out, the kernel answered as the test says. */

import {nextDeadline} from '../../../src/core/membership/deadline.js';
import {initialState, type MembershipState} from '../../../src/core/membership/state.js';
import {step} from '../../../src/core/membership/step.js';
import type {
	KernelChange, KernelOutcome, MembershipConfig, MembershipEffect, MembershipInput,
} from '../../../src/core/membership/types.js';
import {monoMs, type MonoMs} from '../../../src/core/model/time.js';
import {noSlots} from '../../../src/core/model/slot-set.js';
import type {Heartbeat} from '../../../src/core/protocol/heartbeat.js';
import {timing300} from '../../../src/core/simulation/world.js';

export const configOf = (nodesCount: number, change: Partial<MembershipConfig> = {}): MembershipConfig => ({
	self: 1,
	nodes: Array.from({length: nodesCount}, (_, index) => ({id: index + 1, name: `n${index + 1}`, weights: [1]})),
	groups: [{name: 'default', order: []}],
	timing: timing300,
	quorum: 'none',
	keepAtLeast: 0,
	finishMs: 500,
	retainMs: 500,
	fingerprint: '00000000000000aa',
	version: '1.2.3',
	...change,
});

export const heartbeatOf = (sender: number, change: Partial<Heartbeat> = {}): Heartbeat => ({
	sender,
	incarnation: 50,
	sequence: 1,
	state: 'WAIT',
	weights: [1],
	shareThousandths: 1000,
	wellness: 'well',
	fingerprint: '00000000000000aa',
	version: '1.2.3',
	leaseMs: timing300.leaseMs,
	generation: 1,
	viewHash: '0000000000000000',
	phase: 'released',
	isServing: false,
	isReady: false,
	wantsEcho: false,
	held: noSlots,
	retained: noSlots,
	heldCounts: undefined,
	retainedCounts: undefined,
	retainedConnections: 0,
	awayMs: 0,
	latenessMs: 0,
	problem: '',
	peers: [],
	...change,
});

export type Single = {
	readonly effects: MembershipEffect[];
	state: () => MembershipState;
	now: () => MonoMs;
	/** Gives an input at the present time and returns the effects, kernel changes being answered as `answer` says. */
	give: (input: MembershipInput) => readonly MembershipEffect[];
	/** Lets the time pass, ticking at each deadline. */
	pass: (ms: number) => readonly MembershipEffect[];
	answer: (change: KernelChange) => KernelOutcome | 'later';
};

export function createSingle(config: MembershipConfig): Single {
	let now = monoMs(1000);
	let state = initialState(config, {incarnation: 100, now});
	const single: Single = {
		effects: [],
		state: () => state,
		now: () => now,
		answer: () => 'done',
		give(input) {
			const result = step(state, input, now);
			state = result.state;
			single.effects.push(...result.effects);
			const all = [...result.effects];
			for (const effect of result.effects) {
				const outcome = effect.kind === 'kernel' ? single.answer(effect.change) : 'later';
				if (outcome !== 'later' && effect.kind === 'kernel') {
					all.push(...single.give({kind: 'kernel', operation: effect.operation, outcome}));
				}
			}

			return all;
		},
		pass(ms) {
			const end = now + ms;
			const all: MembershipEffect[] = [];
			while (nextDeadline(state) <= end) {
				now = nextDeadline(state);
				all.push(...single.give({kind: 'tick'}));
			}

			now = monoMs(end);
			return all;
		},
	};
	return single;
}

export const changesOf = (effects: readonly MembershipEffect[]): string[] => effects.flatMap(effect => effect.kind === 'kernel' ? [effect.change.kind] : []);
export const eventsOf = (effects: readonly MembershipEffect[]): string[] => effects.flatMap(effect => effect.kind === 'event' ? [effect.event.name] : []);
export const sentOf = (effects: readonly MembershipEffect[]): Heartbeat[] => effects.flatMap(effect => effect.kind === 'send' ? [effect.message] : []);
