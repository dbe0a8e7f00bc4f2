/**
Three nodes of four in virtual time: real cores behind real seals, joined by nothing but datagrams, so that what an attacker throws at one of them takes the way that
it takes in a daemon. Every datagram that reaches the first node is recorded.
*/

import {Buffer} from 'node:buffer';
import {nextDeadline} from '../../src/core/membership/deadline.js';
import {initialState, type MembershipState} from '../../src/core/membership/state.js';
import {step} from '../../src/core/membership/step.js';
import type {MembershipEffect, MembershipInput} from '../../src/core/membership/types.js';
import type {FarmEvent} from '../../src/core/model/event.js';
import type {FarmNode} from '../../src/core/model/farm.js';
import {monoMs} from '../../src/core/model/time.js';
import {timing300} from '../../src/core/simulation/world.js';
import {createHeartbeats, type Heartbeats} from '../../src/daemon/heartbeats.js';
import {createRejections, type Rejections} from '../../src/daemon/rejections.js';
import type {Datagram, DatagramPort} from '../../src/edge/datagram/port.js';
import {createSealer} from '../../src/edge/seal/seal.js';
import {configOf} from '../core/membership/single.js';

export const farmName = 'web';
export const farmKey = Buffer.alloc(32, 7);
export const firstIncarnation = 1_790_000_000_000;
export const attackerAddress = '192.0.2.66';

const nodesCount = 4;
/** A node that is configured and never runs. */
export const absentId = nodesCount;

export type Member = {
	state: MembershipState;
	isOn: boolean;
	/** How many heartbeats its core was given. */
	heardCount: number;
	readonly heartbeats: Heartbeats;
	readonly rejections: Rejections;
	readonly events: FarmEvent[];
	/** For the next millisecond. */
	readonly datagrams: Datagram[];
	readonly answers: MembershipInput[];
};

const port = 4803;
const addressOf = (id: number): string => `192.0.2.${10 + id}`;

export class HostileFarm {
	/** What reached the first node before it came to rest, and what it sent. */
	readonly received: Uint8Array[] = [];
	readonly sent: Uint8Array[] = [];
	readonly members: readonly Member[];
	readonly #nodes: readonly FarmNode[];
	#now = 1000;
	#isRecording = true;

	/** A farm that has come to rest with all slots served. Throws when it does not. */
	constructor() {
		this.#nodes = Array.from({length: nodesCount}, (_, index) => ({id: index + 1, name: `n${index + 1}`, weight: 1, addresses: [addressOf(index + 1)]}));
		this.members = this.#nodes.map(node => this.#createMember(node));
		this.members[absentId - 1]!.isOn = false;
		for (const member of this.#membersOn()) {
			this.#advance(member, {kind: 'start'});
		}

		this.#comeToRest();
	}

	/** The one that is attacked. */
	get target(): Member {
		return this.members[0]!;
	}

	get now(): number {
		return this.#now;
	}

	/** Gives a node a datagram, now. */
	throwAt(member: Member, bytes: Uint8Array): void {
		member.heartbeats.receive({
			bytes, network: 0, from: attackerAddress, isGroup: false,
		});
	}

	pass(ms: number): void {
		for (let passed = 0; passed < ms; passed++) {
			this.#now++;
			for (const member of this.members) {
				this.#passOne(member);
			}
		}
	}

	#membersOn(): readonly Member[] {
		return this.members.filter(({isOn}) => isOn);
	}

	#comeToRest(): void {
		this.pass(5000);
		this.#isRecording = false;
		const on = this.#membersOn();
		if (on.some(({state}) => state.view.length !== on.length || !state.isAdmitted)) {
			throw new Error('the farm did not come to rest');
		}
	}

	#passOne(member: Member): void {
		const datagrams = member.datagrams.splice(0);
		const answers = member.answers.splice(0);
		if (!member.isOn) {
			return;
		}

		for (const datagram of datagrams) {
			if (this.#isRecording && member === this.target) {
				this.received.push(datagram.bytes);
			}

			member.heartbeats.receive(datagram);
		}

		for (const answer of answers) {
			this.#advance(member, answer);
		}

		if (nextDeadline(member.state) <= this.#now) {
			this.#advance(member, {kind: 'tick'});
		}
	}

	#advance(member: Member, input: MembershipInput): void {
		const result = step(member.state, input, monoMs(this.#now));
		member.state = result.state;
		for (const effect of result.effects) {
			this.#perform(member, effect);
		}
	}

	#perform(member: Member, effect: MembershipEffect): void {
		switch (effect.kind) {
			case 'send': {
				member.heartbeats.send(this.#portOf(member), effect.to, effect.message);
				return;
			}

			case 'forward': {
				member.heartbeats.forward(this.#portOf(member), effect.sender, effect.to);
				return;
			}

			case 'kernel': {
				member.answers.push({kind: 'kernel', operation: effect.operation, outcome: 'done'});
				return;
			}

			case 'event': {
				member.events.push(effect.event);
				return;
			}

			case 'middle-reached': {
				throw new Error('nobody changes the configuration');
			}

			case 'finished': {
				throw new Error('nobody asked a node to stop');
			}

			default: {
				effect satisfies never;
			}
		}
	}

	#portOf(member: Member): DatagramPort {
		return {
			send: (network, address, bytes) => {
				if (this.#isRecording && member === this.target) {
					this.sent.push(bytes);
				}

				this.members[this.#nodes.findIndex(({addresses}) => addresses.includes(address))]!.datagrams.push({
					bytes, network, from: addressOf(member.state.config.self), isGroup: false,
				});
			},
			sendToGroup: () => false,
			close() {},
		};
	}

	#createMember(self: FarmNode): Member {
		const events: FarmEvent[] = [];
		const record = (event: FarmEvent): void => {
			events.push(event);
		};

		const rejections = createRejections({
			clock: {now: () => monoMs(this.#now)},
			record,
			place: () => ({keyFile: '/etc/farmctl/farm.key', port}),
		});
		const heartbeats = createHeartbeats({
			sealer: createSealer({keys: [farmKey], farm: farmName, self: self.id}),
			self,
			clock: {now: () => monoMs(this.#now), nowFine: () => this.#now},
			journal: {record},
			farm: () => ({nodes: this.#nodes, heartbeat: {port, multicast: [], timing: timing300}}),
			compared: () => undefined, lettered: () => undefined,
			rejections,
			keyring: {opened() {}, unopened() {}},
			clocks: {now: () => ({life: 1000, ms: this.#now, wallMs: 1000 + this.#now}), answered() {}},
			heard: (heard, network) => {
				member.heardCount++;
				this.#advance(member, {kind: 'heard', ...heard, network});
			},
		});
		const member: Member = {
			state: initialState(configOf(this.#nodes.length, {self: self.id}), {incarnation: firstIncarnation + self.id, now: monoMs(this.#now)}),
			isOn: true, heardCount: 0, heartbeats, rejections, events, datagrams: [], answers: [],
		};
		return member;
	}
}
