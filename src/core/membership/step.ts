/**
The membership core: who serves, who owns which slot, and for how long the kernel may believe it.

Theory of operation. A node knows its peers by the newest heartbeat of each and by when it came. From that, on every input, `settle` derives all the
rest in one pass; nothing is remembered that can be derived, and every part may be repeated without harm, so that an answer of the kernel, a heartbeat
or a deadline are all the same: take it in, settle, say what changed. What says nothing new takes a shorter way to the same end (`rest.ts`).

	absorb   a heartbeat, a kernel answer, a wish of the operator                absorb.ts path.ts hearing.ts hearsay.ts kernel.ts lifecycle.ts enter.ts configure.ts resting.ts finish.ts
	lease    has it run out? then give up everything and join anew (R4)          lease.ts admission.ts stretch.ts
	alive    who has been silent too long (R7, R11), who is heard directly (R8)  alive.ts path.ts
	guard    may a node leave whose application wants to (R12)?                  guard.ts application.ts
	view     who serves, from who is alive; a new generation if it changed (R2)  view.ts lifecycle.ts
	slots    prepare, release, claim (R9), as far as all agree (R2, R3)          handoff.ts agreement.ts retention.ts
	say      at once what changed, until it is echoed (R10)                      announce.ts
	lease    let it end where the slowest peer may hold this node dead (R1)      lease.ts quorum.ts

Safety rests on three things. A slot is claimed only when everyone that may hold it has announced the same view, has released what is not its own, and
has acknowledged this node's announcement, or is dead. A node is dead to a peer only after the peer's heartbeats stopped confirming it long enough for its
lease to end by the kernel's clock. And a node that was away, however it was, holds nothing and waits before it claims. Whether the kernel did as
asked is known only from its answer: until then a slot counts as held if it may be.

The rules R1 to R12 and the traces that forced them are told in farmctl(7), section THE PROTOCOL.
*/

import {noSlots} from '../model/slot-set.js';
import {monoMs, type MonoMs} from '../model/time.js';
import {absorbHeartbeat} from './absorb.js';
import {expirePeers, forgivePause} from './alive.js';
import {announce} from './announce.js';
import {absorbClaim} from './application.js';
import {configure, finishConfigure, forgetLeft, leaveMiddle} from './configure.js';
import {absorbDifference} from './conflict.js';
import {nextDeadline} from './deadline.js';
import {enterStage} from './enter.js';
import {finish, stop} from './finish.js';
import {judgeGuard} from './guard.js';
import {moveSlots} from './handoff.js';
import {hasLapsedBy, askDueClear} from './kernel.js';
import {checkLease, lapse, loseKernel, updateLease} from './lease.js';
import {judgeHindrance, setWeights, start} from './lifecycle.js';
import {updatePaths} from './path.js';
import {absorbConnections, expireRetained} from './retention.js';
import {canBeShort, keepLease} from './rest.js';
import {rest, settleRest} from './resting.js';
import {isRoutineAnswer} from './routine.js';
import type {MembershipState} from './state.js';
import {measureStrain} from './stretch.js';
import type {Turn} from './turn.js';
import type {MembershipEffect, MembershipInput} from './types.js';
import {updateView} from './view.js';

export type StepResult = {readonly state: MembershipState; readonly effects: readonly MembershipEffect[]};

/** The new state, and what the shell shall do in this order. `now` never runs backwards. Never throws, whatever a peer says. */
export function step(state: MembershipState, input: MembershipInput, now: MonoMs): StepResult {
	const turn: Turn = {
		now, state: {...state}, effects: [], isDirty: false, isUrgent: false, isRoutine: false,
	};
	forgivePause(turn);
	if (input.kind === 'tick') {
		measureLateness(turn, nextDeadline(state));
	}

	turn.state.steppedAt = now;
	absorb(turn, input);
	if (canBeShort(state, turn)) {
		keepLease(turn);
	} else {
		settle(turn);
	}

	return {state: turn.state, effects: turn.effects};
}

function absorb(turn: Turn, input: MembershipInput): void {
	switch (input.kind) {
		case 'start': {
			start(turn, input.wanted ?? 'serve', input.retained ?? noSlots);
			return;
		}

		case 'rest': {
			rest(turn, input.cutAt);
			return;
		}

		case 'stop': {
			stop(turn, input.awayMs);
			return;
		}

		case 'heard': {
			absorbHeartbeat(turn, input.message, input.relayed);
			return;
		}

		case 'tick': {
			return;
		}

		case 'kernel': {
			turn.isRoutine = isRoutineAnswer(turn.state, input.operation, input.outcome);
			if (hasLapsedBy(turn, input.operation, input.outcome) && turn.state.stage === 'on') {
				lapse(turn);
			}

			return;
		}

		case 'connections': {
			const {begunAt, count, slots} = input;
			absorbConnections(turn, {begunAt, count, slots});
			return;
		}

		case 'witness': {
			turn.state.witnessAt = monoMs(Math.max(input.sentAt, turn.state.witnessAt ?? -Infinity));
			return;
		}

		case 'hindrance': {
			turn.state.hindrance = input.reason;
			return;
		}

		case 'application': {
			absorbClaim(turn, input.claim);
			return;
		}

		case 'kernel-lost': {
			loseKernel(turn, input.what);
			return;
		}

		case 'difference': {
			const {peer, own, theirs, text} = input;
			absorbDifference(turn, {peer, own, theirs, text});
			return;
		}

		case 'weights': {
			setWeights(turn, input.weights);
			return;
		}

		case 'configure': {
			configure(turn, input.config, input);
			return;
		}

		default: {
			input satisfies never;
		}
	}
}

function settle(turn: Turn): void {
	const {state} = turn;
	askDueClear(turn);
	enterStage(turn);
	if (state.stage === 'on') {
		measureStrain(turn);
		checkLease(turn);
	}

	expirePeers(turn);
	updatePaths(turn);
	forgetLeft(turn);
	leaveMiddle(turn);
	if (state.stage === 'on') {
		finishConfigure(turn);
		judgeHindrance(turn);
		judgeGuard(turn);
		updateView(turn);
		expireRetained(turn);
		moveSlots(turn);
	}

	settleRest(turn);
	finish(turn);
	announce(turn);
	if (state.stage === 'on') {
		updateLease(turn);
	}
}

/** The worst lateness of late; it fades by a tenth with every tick that is on time. */
function measureLateness({state, now}: Turn, dueAt: MonoMs): void {
	state.latenessMs = Math.max(now - dueAt, Math.floor(state.latenessMs * 0.9), 0);
}
