/**
Three nodes in virtual time: real cores behind real seals, joined by nothing but datagrams, so that what an attacker throws at one of them takes the way that
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
import {createHeartbeats, type Heartbeats} from '../../src/daemon/heartbeats.js';
import {createRejections, type Rejections} from '../../src/daemon/rejections.js';
import type {Datagram, DatagramPort} from '../../src/edge/datagram/port.js';
import {createSealer} from '../../src/edge/seal/seal.js';
import {configOf} from '../core/membership/single.js';

export const farmName = 'web';
export const farmKey = Buffer.alloc(32, 7);
export const firstIncarnation = 1_790_000_000_000;
export const attackerAddress = '192.0.2.66';

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
	constructor(nodesCount = 3) {
		this.#nodes = Array.from({length: nodesCount}, (_, index) => ({id: index + 1, name: `n${index + 1}`, weight: 1, addresses: [addressOf(index + 1)]}));
		this.members = this.#nodes.map(node => this.#createMember(node));
		for (const member of this.members) {
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
		member.heartbeats.receive({bytes, network: 0, from: attackerAddress});
	}

	pass(ms: number): void {
		for (let passed = 0; passed < ms; passed++) {
			this.#now++;
			for (const member of this.members) {
				this.#passOne(member);
			}
		}
	}

	#comeToRest(): void {
		this.pass(5000);
		this.#isRecording = false;
		if (this.members.some(({state}) => state.view.length !== this.members.length || !state.isAdmitted)) {
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

			case 'kernel': {
				member.answers.push({kind: 'kernel', operation: effect.operation, outcome: 'done'});
				return;
			}

			case 'event': {
				member.events.push(effect.event);
				return;
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

				this.members[this.#nodes.findIndex(({addresses}) => addresses.includes(address))]!.datagrams.push({bytes, network, from: addressOf(member.state.config.self)});
			},
			close() {},
		};
	}

	#createMember(self: FarmNode): Member {
		const events: FarmEvent[] = [];
		const rejections = createRejections({
			clock: {now: () => monoMs(this.#now)},
			record(event) {
				events.push(event);
			},
			place: () => ({keyFile: '/etc/farmctl/farm.key', port: 4803}),
		});
		const heartbeats = createHeartbeats({
			sealer: createSealer({keys: [farmKey], farm: farmName, self: self.id}),
			self,
			nodes: () => this.#nodes,
			rejections,
			heard: (message, network) => {
				member.heardCount++;
				this.#advance(member, {kind: 'heard', message, network});
			},
		});
		const member: Member = {
			state: initialState(configOf(this.#nodes.length, {self: self.id}), {incarnation: firstIncarnation + self.id, now: monoMs(this.#now)}),
			isOn: true, heardCount: 0, heartbeats, rejections, events, datagrams: [], answers: [],
		};
		return member;
	}
}
