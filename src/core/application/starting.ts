/**
STARTING: a pause after a start that failed, the hook before it, the services one after the other, the hook after it, and then checks until all that let
clients in are up. A start in which all services run already has nothing of it but the checks.
*/

import {awaitChecks, beginPreparation} from './begin-run.js';
import {beginStop} from './begin-stop.js';
import {callForChange} from './configure.js';
import {enter} from './enter.js';
import {attendFailure} from './failure.js';
import {closedGate, missingCheck} from './gates.js';
import {beginHook} from './hooks.js';
import {callForCheck, isForWait, take} from './recovery.js';
import {areAllRunning, isAnyActive, startService} from './services.js';
import type {LifeStep} from './state.js';
import {enterStep, shallRun, type Turn} from './turn.js';

export function advanceStarting(turn: Turn): void {
	const {state} = turn;
	if (!shallRun(state)) {
		beginStop(turn, 'STARTING');
	} else if (attendFailure(turn)) {
		take(turn);
		beginStop(turn, 'STARTING');
	} else if (callForChange(turn)) {
		beginStop(turn, 'STARTING');
	} else {
		advanceStep(turn);
	}
}

function advanceStep(turn: Turn): void {
	const {state, now} = turn;
	const isOver = state.step === 'pause' ? now >= (state.pauseUntil ?? now) : state.hook === undefined;
	if (isOver) {
		(nextSteps[state.step] ?? judgeChecks)(turn);
	}
}

/** What follows each step that is over; the last one is over when the checks are up. */
const nextSteps: Readonly<Partial<Record<LifeStep, (turn: Turn) => void>>> = {
	pause: beginPreparation,
	'before-start'(turn) {
		turn.state.prepared = 'begun';
		enterStep(turn, 'services');
	},
	services: startNext,
	'after-start'(turn) {
		turn.state.prepared = 'done';
		awaitChecks(turn);
	},
};

function startNext(turn: Turn): void {
	const {state} = turn;
	if (areAllRunning(state)) {
		state.isRunning = true;
		announceStart(turn);
		return;
	}

	if (!isAnyActive(state) && closedGate(state) !== undefined) {
		enter(turn, 'STARTING', 'WAIT');
		return;
	}

	const next = state.services.find(({status}) => status !== 'running')!;
	if (next.status === 'stopped') {
		startService(turn, next);
	}
}

function announceStart(turn: Turn): void {
	const {state} = turn;
	if (state.prepared === 'done') {
		awaitChecks(turn);
	} else {
		enterStep(turn, 'after-start');
		beginHook(turn, 'after-start', 'the services run');
	}
}

function judgeChecks(turn: Turn): void {
	const {state, now} = turn;
	const missing = missingCheck(state);
	if (missing === undefined) {
		state.recovery = undefined;
		state.checksDueAt = undefined;
		state.pauseUntil = undefined;
		state.hasServed = true;
		enter(turn, 'STARTING', 'UP');
	} else if (now >= (state.checksDueAt ?? now)) {
		callForCheck(turn, missing);
		giveUpChecks(turn);
	}
}

/** A check was not up in time. */
function giveUpChecks(turn: Turn): void {
	const {state} = turn;
	state.checksDueAt = undefined;
	if (state.recovery !== undefined && isForWait(state.recovery)) {
		enter(turn, 'STARTING', 'WAIT');
	} else {
		take(turn);
		beginStop(turn, 'STARTING');
	}
}
