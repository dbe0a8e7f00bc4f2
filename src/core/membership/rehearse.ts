/**
Plays a few lives and deaths of a small farm through the core, in virtual time and without any effect on the real one.

A node takes over from another once in months, and then within milliseconds. Code that runs for the first time runs ten times slower: it has yet to be
compiled and to learn what it works on. So it runs before it is needed.
*/

import {monoMs} from '../model/time.js';
import {nextDeadline} from './deadline.js';
import {initialState, type MembershipState} from './state.js';
import {step} from './step.js';
import type {MembershipConfig, MembershipEffect, MembershipInput} from './types.js';

/** Nodes that take part: with fewer nobody is left to agree with. */
const playersMax = 3;

/** Detection times between a death and the return, and between that and the next death: both are over by then. */
const phaseDetections = 3;

const stepsPerInterval = 10;

type Player = {state: MembershipState; isDown: boolean; readonly inbox: MembershipInput[]};
type Stage = {readonly players: readonly Player[]; readonly stepMs: number; readonly told: (effect: MembershipEffect) => void};

/** As this node is configured, with a few of its nodes. `told` hears of every effect of each node, which is what the shell would carry out. */
export function rehearse(config: MembershipConfig, rounds: number, told: (effect: MembershipEffect) => void): void {
	const nodes = config.nodes.toSorted((a, b) => Number(b.id === config.self) - Number(a.id === config.self)).slice(0, playersMax);
	const phaseMs = phaseDetections * config.timing.detectionMs;
	const players = nodes.map(({id}): Player => bornPlayer({...config, nodes, quorum: 'none', self: id}, 0));
	const stage: Stage = {players, stepMs: Math.max(1, Math.floor(config.timing.intervalMs / stepsPerInterval)), told};
	for (let round = 0; round < rounds; round++) {
		const bornAt = 2 * round * phaseMs;
		players[players.length - 1] = bornPlayer(players.at(-1)!.state.config, bornAt);
		play(stage, bornAt, bornAt + phaseMs);
		players.at(-1)!.isDown = true;
		play(stage, bornAt + phaseMs, bornAt + (2 * phaseMs));
	}
}

const bornPlayer = (config: MembershipConfig, now: number): Player => ({
	state: initialState(config, {incarnation: now + 1, now: monoMs(now)}), isDown: false, inbox: [{kind: 'start'}],
});

function play(stage: Stage, from: number, to: number): void {
	for (let now = from; now < to; now += stage.stepMs) {
		for (const player of stage.players) {
			act(player, stage, now);
		}
	}
}

function act(player: Player, stage: Stage, now: number): void {
	const inputs = player.isDown ? [] : player.inbox.splice(0);
	if (!player.isDown && nextDeadline(player.state) <= now) {
		inputs.push({kind: 'tick'});
	}

	for (const input of inputs) {
		const {state, effects} = step(player.state, input, monoMs(now));
		player.state = state;
		for (const effect of effects) {
			stage.told(effect);
			carryOut(effect, player, stage);
		}
	}
}

function carryOut(effect: MembershipEffect, player: Player, {players}: Stage): void {
	if (effect.kind === 'kernel') {
		player.inbox.push({kind: 'kernel', operation: effect.operation, outcome: 'done'});
	} else if (effect.kind === 'send') {
		for (const {state, isDown, inbox} of players) {
			if (!isDown && effect.to.includes(state.config.self)) {
				inbox.push({kind: 'heard', message: effect.message, network: 0});
			}
		}
	}
}
