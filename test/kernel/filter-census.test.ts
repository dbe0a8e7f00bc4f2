/** Who still has a connection, as the kernel's own lists say: real connections, to servers of the machine and to one behind a translation. */

import {setTimeout as sleep} from 'node:timers/promises';
import type {ExecutionContext} from 'ava';
import {allSlots, listSlots, noSlots, slotSetOf, type SlotSet} from '../../src/core/model/slot-set.js';
import {slotOfClient} from '../../src/core/hash/jhash.js';
import type {AddressFamily, Affinity, Vip} from '../../src/core/model/farm.js';
import {createCensusApart} from '../../src/edge/census/apart.js';
import {createKernelCensus} from '../../src/edge/census/kernel.js';
import type {Census} from '../../src/edge/census/port.js';
import {tcp} from './support/frame.js';
import {kernelTest} from './support/kernel-test.js';
import {farmWith, ownAddressOf, ruleFor, vip4, vips, type Client, type Machine} from './support/machine.js';
import {macOf} from './support/namespace.js';
import {Conversation} from './support/speech.js';

const port = 80;

function censusOf(t: ExecutionContext, machine: Machine): Census {
	const census = machine.namespace.run(() => createKernelCensus());
	t.teardown(() => {
		census.close();
	});
	return census;
}

type Talk = {readonly client: Client; readonly conversation: Conversation};

async function talk(machine: Machine, family: AddressFamily, affinity: Affinity): Promise<Talk> {
	const client = machine.clientIn(allSlots, family, affinity);
	const conversation = new Conversation(machine, client, port);
	await conversation.open();
	conversation.say('before');
	await conversation.hearsBack('before');
	return {client, conversation};
}

const slotsOf = (machine: Machine, affinity: Affinity, talks: readonly Talk[]): number[] =>
	listSlots(slotSetOf(talks.map(({client: {address, port: clientPort}}) => slotOfClient(affinity, address, clientPort, machine.farm.seed))));

const looked = async (census: Census, machine: Machine, asked: SlotSet) => {
	const {count, slots} = await census.look(machine.farm, asked);
	return {count, slots: listSlots(slots)};
};

for (const affinity of ['client', 'connection', 'network'] as const) {
	const rules = [ruleFor(vips[4], 'tcp', [port], affinity), ruleFor(vips[6], 'tcp', [port], affinity)];
	kernelTest(`a look finds the connections of both families by their slots, ${affinity}`, farmWith({rules}), async (t, machine) => {
		machine.listen(port);
		await machine.serve({owned: allSlots});
		const census = censusOf(t, machine);
		t.deepEqual(await looked(census, machine, allSlots), {count: 0, slots: []});

		const talks = await Promise.all(([4, 6, 4, 6, 4] as const).map(async family => talk(machine, family, affinity)));
		const slots = slotsOf(machine, affinity, talks);
		t.deepEqual(await looked(census, machine, allSlots), {count: 5, slots});
		t.deepEqual(await looked(census, machine, noSlots), {count: 0, slots});
		t.deepEqual(await looked(census, machine, slotSetOf(slots.slice(0, 1))), {count: 1, slots});

		const [{client: {address, port: clientPort}}] = talks as [Talk];
		const counts = [{address}, {address, port: clientPort}, {address, port: clientPort + 1}, {address: '10.255.0.1'}].map(async client => census.countOf(machine.farm, client));
		t.deepEqual(await Promise.all(counts), [1, 1, 0, 0]);
	});
}

const twoPorts = farmWith({rules: [ruleFor(vips[4], 'tcp', [port], 'client')]});

kernelTest('a look leaves out what no rule names, what ends elsewhere, and what is over', twoPorts, async (t, machine) => {
	machine.listen(port);
	await machine.serve({owned: allSlots});
	const census = censusOf(t, machine);
	const own: Vip = {...vip4, address: ownAddressOf[4], mac: macOf(machine.namespace, 'eth0')};
	await new Conversation(machine, machine.clientIn(allSlots, 4, 'client'), port, own).open();
	t.deepEqual(await looked(census, machine, allSlots), {count: 0, slots: []});

	const first = await talk(machine, 4, 'client');
	const second = await talk(machine, 4, 'client');
	t.is((await census.look(machine.farm, allSlots)).count, 2);
	t.is((await census.look(farmWith({rules: [ruleFor(vips[4], 'tcp', [443], 'client')]}), allSlots)).count, 0);
	first.conversation.reset();
	await machine.wire.settle();
	t.deepEqual(await looked(census, machine, allSlots), {count: 1, slots: slotsOf(machine, 'client', [second])});
});

for (const family of [4, 6] as const) {
	kernelTest(`a look finds connections that the kernel hands on to another address, IPv${family}`, farmWith({rules: [ruleFor(vips[family], 'tcp', [port], 'client')]}), async (t, machine) => {
		const word = family === 4 ? 'ip' : 'ip6';
		const elsewhere = family === 4 ? '192.0.2.11' : '[2001:db8::11]';
		machine.listen(8080);
		machine.namespace.sh('nft', `
			add table ${word} other
			add chain ${word} other there { type nat hook prerouting priority -100; }
			add rule ${word} other there ${word} daddr ${vips[family]} tcp dport ${port} dnat to ${elsewhere}:8080
		`);
		await machine.serve({owned: allSlots});
		const census = censusOf(t, machine);
		const open = await talk(machine, family, 'client');
		t.deepEqual(await looked(census, machine, allSlots), {count: 1, slots: slotsOf(machine, 'client', [open])});
		t.is(await census.countOf(machine.farm, {address: open.client.address}), 1);
		open.conversation.reset();
		await machine.wire.settle();
		t.is((await census.look(machine.farm, allSlots)).count, 0);
	});
}

kernelTest('a handshake that is not complete counts', twoPorts, async (t, machine) => {
	machine.listen(port);
	await machine.serve({owned: allSlots});
	const census = censusOf(t, machine);
	const client = machine.clientIn(allSlots, 4, 'client');
	const conversation = new Conversation(machine, client, port);
	conversation.knock();
	await machine.wire.receive(frame => conversation.isAnswer(tcp.syn + tcp.ack, frame), 'SYN ACK');
	t.is((await census.look(machine.farm, allSlots)).count, 1);
});

kernelTest('a thread of its own finds the same, also after it has ended for want of looks', twoPorts, async (t, machine) => {
	machine.listen(port);
	await machine.serve({owned: allSlots});
	const census = createCensusApart({idleMs: 1});
	t.teardown(() => {
		census.close();
	});
	const first = await talk(machine, 4, 'client');
	for (const _ of [1, 2]) {
		const {count, slots} = await machine.namespace.run(async () => census.look(machine.farm, allSlots));
		t.deepEqual({count, slots: listSlots(slots)}, {count: 1, slots: slotsOf(machine, 'client', [first])});
		await sleep(50);
	}

	const [a, b] = await machine.namespace.run(async () => Promise.all([census.look(machine.farm, allSlots), census.look(farmWith({rules: [ruleFor(vips[4], 'tcp', [443], 'client')]}), allSlots)]));
	t.deepEqual([a.count, b.count], [1, 0]);
	census.close();
	await t.throwsAsync(census.look(machine.farm, allSlots), {message: /closed/});
});

kernelTest('a thread that fails fails its looks, and the next look begins another', twoPorts, async (t, machine) => {
	const census = createCensusApart({entry: new URL('data:text/javascript,throw new Error("no memory")')});
	t.teardown(() => {
		census.close();
	});
	for (const _ of [1, 2]) {
		await t.throwsAsync(census.look(machine.farm, allSlots), {message: /no memory|has ended/});
	}
});
