/** Who is accepted: real packets against the real filter, in both families and for every affinity. */

import type {ExecutionContext} from 'ava';
import {noSlots} from '../../src/core/model/slot-set.js';
import type {AddressFamily, Affinity} from '../../src/core/model/farm.js';
import {tcp} from './support/frame.js';
import {backEndsTest} from './support/kernel-test.js';
import {evenSlots, farmWith, oddSlots, ruleFor, slotTable, vips, type Machine} from './support/machine.js';
import {Conversation} from './support/speech.js';

type Work = (t: ExecutionContext, machine: Machine, family: AddressFamily) => Promise<void>;

const port = 80;

/** The work against a machine that serves port 80 by this affinity, once a family. */
function inBothFamilies(title: string, affinity: Affinity, work: Work): void {
	for (const family of [4, 6] as const) {
		backEndsTest(`${title}, ${affinity}, IPv${family}`, farmWith({rules: [ruleFor(vips[family], 'tcp', [port], affinity)]}), async (t, machine) => {
			machine.listen(port);
			await work(t, machine, family);
		});
	}
}

for (const affinity of ['client', 'connection', 'network'] as const) {
	inBothFamilies('a SYN is answered in owned slots only, and leaves no trace in others', affinity, async (t, machine, family) => {
		await machine.serve({owned: evenSlots});
		const before = machine.connectionsTracked();
		const foreign = Array.from({length: 8}, () => new Conversation(machine, machine.clientIn(oddSlots, family, affinity), port));
		for (const conversation of foreign) {
			conversation.knock();
		}

		t.is(machine.connectionsTracked(), before);
		const owned = Array.from({length: 8}, () => new Conversation(machine, machine.clientIn(evenSlots, family, affinity), port));
		await Promise.all(owned.map(async conversation => conversation.open()));
		await machine.wire.settle();
		t.deepEqual(foreign.map(conversation => conversation.hasAnswer()), foreign.map(() => false));
		const {foreignPackets, acceptedPackets} = await machine.filter.counters();
		t.is(foreignPackets, 8);
		t.true(acceptedPackets >= 16);
	});
}

inBothFamilies('a retained slot serves its connections and takes no new one', 'client', async (t, machine, family) => {
	await machine.serve({owned: evenSlots});
	const client = machine.clientIn(evenSlots, family, 'client');
	const conversation = new Conversation(machine, client, port);
	await conversation.open();
	conversation.say('before');
	await conversation.hearsBack('before');

	await machine.filter.setSlots(slotTable({retained: evenSlots}));
	conversation.say('after');
	await conversation.hearsBack('after');
	const late = new Conversation(machine, {...client, port: client.port + 1}, port);
	late.knock();
	await machine.wire.settle();
	t.false(late.hasAnswer());
	t.is((await machine.filter.counters()).foreignPackets, 1);
});

inBothFamilies('a connection whose slot is given up falls silent', 'client', async (t, machine, family) => {
	await machine.serve({owned: evenSlots});
	const conversation = new Conversation(machine, machine.clientIn(evenSlots, family, 'client'), port);
	await conversation.open();
	conversation.say('before');
	await conversation.hearsBack('before');
	await machine.filter.setSlots(slotTable({}));
	machine.wire.forget();
	conversation.say('after');
	await machine.wire.settle();
	t.false(machine.wire.seen.some(frame => frame.tcp?.data.toString().includes('after') === true || (frame.tcp?.flags ?? 0) % 8 >= tcp.reset));
	t.is((await machine.filter.counters()).foreignPackets, 1);
});

inBothFamilies('a packet of an unknown connection is reset where the slot is resettable', 'client', async (t, machine, family) => {
	await machine.serve({owned: evenSlots, resettable: evenSlots});
	const conversation = new Conversation(machine, machine.clientIn(evenSlots, family, 'client'), port);
	conversation.say('who are you?');
	await machine.wire.receive(frame => conversation.isAnswer(tcp.reset, frame), 'reset');
	t.is((await machine.filter.counters()).unknownPackets, 0);
});

inBothFamilies('a packet of an unknown connection is left in silence where another node retains the slot', 'client', async (t, machine, family) => {
	t.is(machine.namespace.sh('cat', '/proc/sys/net/netfilter/nf_conntrack_tcp_loose').trim(), '1');
	for (const slots of [{owned: evenSlots}, {retained: evenSlots}]) {
		await machine.filter.remove();
		await machine.serve(slots);
		const conversation = new Conversation(machine, machine.clientIn(evenSlots, family, 'client'), port);
		conversation.say('who are you?');
		conversation.say('and again');
		await machine.wire.settle();
		t.false(conversation.hasAnswer());
		t.is((await machine.filter.counters()).unknownPackets, 2);
	}
});

inBothFamilies('a slot that turns owned again takes connections at once', 'connection', async (t, machine, family) => {
	await machine.serve({owned: noSlots});
	const conversation = new Conversation(machine, machine.clientIn(oddSlots, family, 'connection'), port);
	conversation.knock();
	await machine.wire.settle();
	t.false(conversation.hasAnswer());
	await machine.filter.setSlots(slotTable({owned: oddSlots}));
	await t.notThrowsAsync(conversation.open());
});
