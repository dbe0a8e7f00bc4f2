/**
What the kernel needs for one packet, side by side.

A foreign packet belongs to a connection of another node, and this one drops it. An owned one is an acknowledgement of an established connection that ends at
this machine's socket. The sides take turns burst by burst, so that a busy moment meets all of them alike.
*/

import {tcp, tcpFrame} from '../../kernel/support/frame.js';
import {Conversation} from '../../kernel/support/speech.js';
import {median, quantile} from '../measure.js';
import {createInjector, type Injector} from './injector.js';
import {openSide, servedPort, type Side, type SideName} from './sides.js';

/** Clients that the packets of a burst come from in turn. */
const clientsCount = 32;

export type Cost = {
	/** Nanoseconds a frame, its sending included. */
	readonly medianNs: number;
	/** The twentieth fastest of a hundred bursts: what others on the machine do hardly reaches it. */
	readonly lowNs: number;
	readonly bursts: number;
	/** Bursts whose work the kernel put off: not counted. */
	readonly putOff: number;
};

export type Costs<Name extends SideName> = Readonly<Record<Name, Cost>>;

export const costsOfForeign = async <Name extends SideName>(names: readonly Name[], bursts: number): Promise<Costs<Name>> => costsOf(names, bursts, async ({machine, foreign}) =>
	foreign.slice(0, clientsCount).map(client => tcpFrame(machine.endsOf(client), {sourcePort: client.port, targetPort: servedPort, sequence: 5000, acknowledge: 7000, flags: tcp.ack})));

export const costsOfOwned = async <Name extends SideName>(names: readonly Name[], bursts: number): Promise<Costs<Name>> => costsOf(names, bursts, async ({machine, owned}) =>
	Promise.all(owned.slice(0, clientsCount).map(async client => {
		const conversation = new Conversation(machine, {...client, port: client.port + 1000}, servedPort);
		await conversation.open();
		return conversation.acknowledgement();
	})));

async function costsOf<Name extends SideName>(names: readonly Name[], bursts: number, framesOf: (side: Side) => Promise<readonly Uint8Array[]>): Promise<Costs<Name>> {
	const injectors = new Map<Name, Injector>();
	const machines: Array<Side['machine']> = [];
	try {
		for (const name of names) {
			const side = await openSide(name);
			machines.push(side.machine);
			injectors.set(name, createInjector(side.machine.namespace, 'wire0', await framesOf(side)));
		}

		return measure(injectors, bursts);
	} finally {
		for (const injector of injectors.values()) {
			injector.close();
		}

		for (const machine of machines) {
			machine.close();
		}
	}
}

const warmUps = 20;

function measure<Name extends SideName>(injectors: ReadonlyMap<Name, Injector>, bursts: number): Costs<Name> {
	const times = new Map<Name, Array<number | undefined>>([...injectors.keys()].map(name => [name, []]));
	for (let round = 0; round < warmUps + bursts; round++) {
		for (const [name, injector] of injectors) {
			const ns = injector.burst();
			if (round >= warmUps) {
				times.get(name)!.push(ns);
			}
		}
	}

	return Object.fromEntries([...times].map(([name, all]) => {
		const done = all.filter(ns => ns !== undefined);
		return [name, {medianNs: median(done), lowNs: quantile(done, 0.05), bursts: done.length, putOff: all.length - done.length}];
	})) as unknown as Costs<Name>;
}
