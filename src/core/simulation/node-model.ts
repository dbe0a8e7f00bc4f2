/**
One server: a daemon around the core under test, its kernel, and a clock that drifts. The daemon does one thing at a time and may be paused between any
two: inputs are taken in before a due tick (R11), effects are carried out one by one, kernel changes later and in order.
*/

import {nextDeadline} from '../membership/deadline.js';
import {initialState, type MembershipState} from '../membership/state.js';
import {step} from '../membership/step.js';
import type {KernelChange, MembershipConfig, MembershipEffect, MembershipInput} from '../membership/types.js';
import type {ApplicationClaim} from '../model/application-claim.js';
import {isEmptySlots, noSlots, type SlotSet} from '../model/slot-set.js';
import {monoMs, type MonoMs} from '../model/time.js';
import {createKernelLine} from './kernel-line.js';
import {createKernelModel, type KernelModel} from './kernel-model.js';
import {createLooks} from './looks.js';
import type {NodeParts} from './node-parts.js';
import {createWire, type Packet} from './wire.js';

export type NodeModel = {
	readonly id: number;
	readonly kernel: KernelModel;
	/** The names of its events. */
	readonly events: string[];
	state: () => MembershipState | undefined;
	localNow: () => number;
	/** Slots whose new connections its kernel accepts now. */
	accepted: () => SlotSet;
	/** When the kernel's lease ends, in true time. */
	leaseEndsAt: () => number;
	isFinished: () => boolean;
	/** When the daemon was started or woke the last time, the future while it is paused. */
	runsSince: () => number;
	/** Since when peers do not take it for an earlier life of itself, infinite while they do: without memory and with its clock set back it must hear first. */
	believedSince: () => number;
	/** `told`: what the operator told it before, and it remembers. */
	boot: (config: MembershipConfig, incarnation: number, told?: {readonly wanted?: 'serve' | 'rest'; readonly weights?: readonly number[] | undefined; readonly claim?: ApplicationClaim | undefined}) => void;
	submit: (input: MembershipInput) => void;
	receive: (packet: Packet) => void;
	pause: (ms: number) => void;
	resume: () => void;
	/** The daemon is gone at once; the kernel stays as it is. */
	kill: () => void;
};

const instructionMs = 0.01;

export function createNodeModel(parts: NodeParts): NodeModel {
	const {id, agenda, plant} = parts;
	const kernel = createKernelModel({earlyMs: parts.earlyMs, doesRevive: plant.doesRevive ?? false});
	const events: string[] = [];
	let life = 0;
	let state: MembershipState | undefined;
	let inbox: MembershipInput[] = [];
	let instructions: Array<() => void> = [];
	let pausedUntil = 0;
	let runsSince = 0;
	/** The highest number of a life that peers may have seen, and since when that of this life is no lower. */
	let incarnationMax = 0;
	let believedSince = 0;
	let isFinished = false;
	let wakeAt = Infinity;

	const localNow = (): number => parts.offsetMs + (agenda.now() * parts.rate);
	const wire = createWire({...parts, localNow});
	const trueTime = (local: number): number => (local - parts.offsetMs) / parts.rate;

	const leaseEndsAt = (): number => trueTime(kernel.leaseEndAt);

	const wake = (time: number): void => {
		const due = Math.max(time, pausedUntil, agenda.now());
		if (due >= wakeAt) {
			return;
		}

		wakeAt = due;
		const thisLife = life;
		agenda.at(due, () => {
			if (!(thisLife === life && wakeAt === due)) {
				return;
			}

			wakeAt = Infinity;
			run();
		});
	};

	const run = (): void => {
		if (state === undefined) {
			return;
		}

		if (agenda.now() < pausedUntil) {
			wake(pausedUntil);
			return;
		}

		const instruction = instructions.shift();
		const isTickDue = (): boolean => monoMs(localNow()) >= nextDeadline(state!);
		const isTickFirst = plant.doesTickFirst && isTickDue();
		const input = instruction === undefined && !isTickFirst ? inbox.shift() : undefined;
		if (instruction !== undefined) {
			instruction();
		} else if (input !== undefined) {
			advance(input);
		} else if (isTickDue()) {
			advance({kind: 'tick'});
		}

		if (state === undefined) {
			return;
		}

		const isBusy = instructions.length > 0 || inbox.length > 0;
		wake(instructionMs + (isBusy ? agenda.now() : trueTime(nextDeadline(state))));
	};

	const advance = (input: MembershipInput): void => {
		if (input.kind === 'heard') {
			wire.note(input);
		}

		if (input.kind === 'start' && isFinished) {
			parts.beforeChange();
			isFinished = false;
			runsSince = agenda.now();
		}

		const now: MonoMs = monoMs(localNow());
		const before = plant.before?.(state!, now) ?? state!;
		const seen = input.kind === 'heard' && plant.message ? {...input, message: plant.message(input.message, before)} : input;
		const result = step(before, seen, now);
		state = plant.after?.(result.state, now) ?? result.state;
		noteLife(state.incarnation);
		lookLater(state);
		for (const effect of result.effects) {
			instructions.push(() => {
				perform(effect);
			});
		}
	};

	const noteLife = (incarnation: number): void => {
		if (incarnation < incarnationMax) {
			return;
		}

		incarnationMax = incarnation;
		believedSince = believedSince === Infinity ? agenda.now() : believedSince;
	};

	const perform = (effect: MembershipEffect): void => {
		switch (effect.kind) {
			case 'send': {
				wire.send(plant.outgoing?.(effect.message, state!) ?? effect.message, effect.to);
				return;
			}

			case 'forward': {
				wire.forward(effect.sender, effect.to);
				return;
			}

			case 'kernel': {
				kernelLine.perform(effect.operation, effect.change);
				return;
			}

			case 'event': {
				events.push(effect.event.name);
				parts.record(effect.event);
				return;
			}

			case 'middle-reached': {
				parts.middleReached(effect.towards);
				return;
			}

			case 'finished': {
				parts.beforeChange();
				isFinished = true;
				return;
			}

			default: {
				effect satisfies never;
			}
		}
	};

	const carryOut = (operation: number, change: KernelChange): void => {
		const isLater = change.kind === 'clear' && operation === 1 && (plant.bootClearDelayMs ?? 0) > 0;
		const outcome = isLater ? 'done' : kernel.apply(change, localNow());
		if (isLater) {
			agenda.after(plant.bootClearDelayMs!, () => {
				kernel.reset();
				parts.kernelChanged();
			});
		}

		parts.kernelChanged();
		submit({kind: 'kernel', operation, outcome});
	};

	const kernelLine = createKernelLine({
		agenda, kernelMs: parts.kernelMs, pausedUntil: () => pausedUntil, carryOut,
	});

	const submit = (input: MembershipInput): void => {
		if (state === undefined) {
			return;
		}

		inbox.push(input);
		wake(agenda.now() + instructionMs);
	};

	const lookLater = createLooks({...parts, localNow, submit});
	return {
		id,
		kernel,
		events,
		state: () => state,
		localNow,
		accepted() {
			const accepted = agenda.now() < leaseEndsAt() ? kernel.accepted() : noSlots;
			return isEmptySlots(accepted) ? noSlots : accepted;
		},
		leaseEndsAt,
		isFinished: () => isFinished,
		boot(config, incarnation, {wanted = 'serve', weights, claim} = {}) {
			parts.beforeChange();
			life++;
			runsSince = agenda.now();
			wakeAt = Infinity;
			isFinished = false;
			pausedUntil = 0;
			kernelLine.clear();
			believedSince = incarnation < incarnationMax ? Infinity : agenda.now();
			state = initialState(config, {incarnation, now: monoMs(localNow())});
			inbox = [];
			instructions = [];
			if (weights !== undefined) {
				submit({kind: 'weights', weights});
			}

			if (claim !== undefined) {
				submit({kind: 'application', claim});
			}

			submit({kind: 'start', wanted, retained: kernel.established()});
		},
		submit,
		receive(packet) {
			submit({kind: 'heard', ...packet, network: 0});
		},
		runsSince: () => runsSince,
		believedSince: () => believedSince,
		pause(ms) {
			parts.beforeChange();
			runsSince = Math.max(runsSince, agenda.now() + ms);
			pausedUntil = Math.max(pausedUntil, agenda.now() + ms);
		},
		resume() {
			parts.beforeChange();
			pausedUntil = 0;
			runsSince = Math.min(runsSince, agenda.now());
			if (state === undefined) {
				return;
			}

			wakeAt = Infinity;
			wake(agenda.now());
			kernelLine.resume();
		},
		kill() {
			parts.beforeChange();
			life++;
			kernelLine.clear();
			state = undefined;
			inbox = [];
			instructions = [];
			pausedUntil = 0;
		},
	};
}
