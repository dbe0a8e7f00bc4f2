/**
What is not a TCP connection: UDP, its fragments, echo, ICMP errors, ports that no rule names, several VIPs at once.

That a datagram has been accepted shows in the stack's answer: nothing listens, so it says "port unreachable".
*/

import {desiredRuleset} from '../../src/core/ruleset/desired.js';
import type {AddressFamily, Affinity, Vip} from '../../src/core/model/farm.js';
import {joinGroups, slotSetOf, type SlotSet} from '../../src/core/model/slot-set.js';
import {echoFrame, icmpFrame, ipPacket, tcp, tcpSegment, udpDatagram, udpFragments, udpFrame, type Frame} from './support/frame.js';
import {backEndsTest} from './support/kernel-test.js';
import {evenSlots, farmWith, oddSlots, ruleFor, slotTable, vip4, vips, type Client, type Machine} from './support/machine.js';
import {Conversation} from './support/speech.js';

const unreachable = {4: 3, 6: 1} as const;
const echoReply = {4: 0, 6: 129} as const;
const data = Buffer.from('a question');

const isFor = ({address}: Client, type: number) => (frame: Frame): boolean => frame.target === address && frame.icmp?.type === type;

const send = (machine: Machine, client: Client, port: number): void => {
	machine.wire.send(udpFrame(machine.endsOf(client), client.port, port, data));
};

for (const family of [4, 6] as const) {
	for (const affinity of ['client', 'connection', 'network'] as const) {
		backEndsTest(`a datagram is accepted in owned slots only, ${affinity}, IPv${family}`, farmWith({rules: [ruleFor(vips[family], 'udp', [53], affinity)]}), async (t, machine) => {
			await machine.serve({owned: evenSlots, retained: oddSlots});
			const foreign = machine.clientIn(oddSlots, family, affinity);
			send(machine, foreign, 53);
			const owned = machine.clientIn(evenSlots, family, affinity);
			send(machine, owned, 53);
			await machine.wire.receive(isFor(owned, unreachable[family]), 'port unreachable');
			await machine.wire.settle();
			t.false(machine.wire.seen.some(isFor(foreign, unreachable[family])));
			t.is((await machine.filter.counters()).foreignPackets, 1);
		});
	}

	backEndsTest(`an echo request is answered by the owner of the client's slot only, IPv${family}`, farmWith({rules: [ruleFor(vips[family], 'tcp', [80], 'connection')]}), async (t, machine) => {
		await machine.serve({owned: evenSlots, retained: oddSlots});
		const foreign = machine.clientIn(oddSlots, family, 'client');
		const owned = machine.clientIn(evenSlots, family, 'client');
		machine.wire.send(echoFrame(machine.endsOf(foreign)), echoFrame(machine.endsOf(owned)));
		const reply = await machine.wire.receive(isFor(owned, echoReply[family]), 'echo reply');
		t.is(reply.source, vips[family]);
		await machine.wire.settle();
		t.false(machine.wire.seen.some(isFor(foreign, echoReply[family])));
	});

	backEndsTest(`each rule asks the slots of its own group, echo requests those of the default group, IPv${family}`, farmWith({
		rules: [ruleFor(vips[family], 'udp', [53], 'client'), ruleFor(vips[family], 'udp', [54], 'client', 'static'), ruleFor(vips[family], 'udp', [55], 'connection', 'static')],
		groups: ['default', 'static'],
	}), async (t, machine) => {
		await machine.serve({owned: joinGroups([evenSlots, oddSlots])});
		const [even, odd] = [machine.clientIn(evenSlots, family, 'client'), machine.clientIn(oddSlots, family, 'client')];
		const [evenPort, oddPort] = [machine.clientIn(evenSlots, family, 'connection'), machine.clientIn(oddSlots, family, 'connection')];
		for (const [client, port] of [[even, 53], [odd, 54], [oddPort, 55]] as const) {
			machine.wire.forget();
			send(machine, client, port);
			await machine.wire.receive(isFor(client, unreachable[family]), `answer from port ${port}`);
		}

		machine.wire.forget();
		machine.wire.send(echoFrame(machine.endsOf(even)));
		await machine.wire.receive(isFor(even, echoReply[family]), 'echo reply');
		machine.wire.forget();
		for (const [client, port] of [[odd, 53], [even, 54], [evenPort, 55]] as const) {
			send(machine, client, port);
		}

		machine.wire.send(echoFrame(machine.endsOf(odd)));
		t.deepEqual((await machine.wire.settle()).filter(frame => frame.icmp?.type === unreachable[family] || frame.icmp?.type === echoReply[family]), []);
		t.is((await machine.filter.counters()).foreignPackets, 4);
	});

	backEndsTest(`port lists and ranges are accepted to both ends, and no port beside them, IPv${family}`, farmWith({
		rules: [{...ruleFor(vips[family], 'udp', [], 'client'), ports: [{from: 53, to: 53}, {from: 1000, to: 1010}]}, ruleFor(vips[family], 'tcp', [52], 'client')],
	}), async (t, machine) => {
		await machine.serve({owned: evenSlots});
		const client = machine.clientIn(evenSlots, family, 'client');
		for (const port of [53, 1000, 1005, 1010]) {
			machine.wire.forget();
			send(machine, client, port);
			await machine.wire.receive(isFor(client, unreachable[family]), `answer from port ${port}`);
		}

		machine.wire.forget();
		for (const port of [52, 54, 999, 1011]) {
			send(machine, client, port);
		}

		t.deepEqual((await machine.wire.settle()).filter(isFor(client, unreachable[family])), []);
		t.is((await machine.filter.counters()).unnamedPackets, 4);
	});

	backEndsTest(`ICMP errors reach connections of this node and no others, IPv${family}`, farmWith({rules: [ruleFor(vips[family], 'tcp', [80], 'client')]}), async (t, machine) => {
		machine.listen(80);
		await machine.serve({owned: evenSlots});
		const known = machine.clientIn(evenSlots, family, 'client');
		await new Conversation(machine, known, 80).open();
		const tellsOf = (client: Client): Buffer => {
			const quoted = {...machine.endsOf(client), source: vips[family], target: client.address};
			const packet = ipPacket(quoted, 6, tcpSegment(quoted, {sourcePort: 80, targetPort: client.port, flags: tcp.ack}));
			return icmpFrame(machine.endsOf({...client, address: family === 4 ? '10.99.99.99' : '2001:db8:99::99'}), unreachable[family], 1, Buffer.concat([Buffer.alloc(4), packet]));
		};

		machine.wire.send(tellsOf(known));
		t.is((await machine.filter.counters()).unknownPackets, 0);
		machine.wire.send(tellsOf(machine.clientIn(evenSlots, family, 'client')));
		t.is((await machine.filter.counters()).unknownPackets, 1);
		t.is((await machine.filter.counters()).unnamedPackets, 0);
	});
}

backEndsTest('fragments go by the ports of their datagram, in a farm without TCP', farmWith({vips: [vip4], rules: [ruleFor(vips[4], 'udp', [53], 'connection')]}), async (t, machine) => {
	await machine.serve({owned: evenSlots});
	const big = Buffer.alloc(4000, 'x');
	const fragments = (client: Client, id: number): Buffer[] => {
		const ends = machine.endsOf(client);
		return udpFragments(ends, udpDatagram(ends, client.port, 53, big), 1480, id);
	};

	const foreign = machine.clientIn(oddSlots, 4, 'connection');
	machine.wire.send(...fragments(foreign, 1));
	const owned = machine.clientIn(evenSlots, 4, 'connection');
	machine.wire.send(...fragments(owned, 2));
	await machine.wire.receive(isFor(owned, unreachable[4]), 'port unreachable');
	await machine.wire.settle();
	t.false(machine.wire.seen.some(isFor(foreign, unreachable[4])));
	const {foreignPackets, acceptedPackets, unnamedPackets} = await machine.filter.counters();
	t.deepEqual({foreignPackets, acceptedPackets, unnamedPackets}, {foreignPackets: 1, acceptedPackets: 1, unnamedPackets: 0});
});

const second4: Vip = {...vip4, address: '192.0.2.101', mode: 'multicast', mac: '03:00:00:00:00:65'};

/** Slots by a third, so that each affinity puts the same client elsewhere. */
const someSlots: SlotSet = slotSetOf(Array.from({length: 840}, (_, index) => index * 3));

backEndsTest('two VIPs with three affinities each decide by themselves', farmWith({
	vips: [vip4, second4],
	rules: [
		ruleFor(vip4.address, 'udp', [1], 'client'),
		ruleFor(vip4.address, 'udp', [2], 'connection'),
		ruleFor(vip4.address, 'udp', [3], 'network'),
		ruleFor(second4.address, 'udp', [1], 'network'),
		ruleFor(second4.address, 'udp', [2], 'client'),
	],
}), async (t, machine) => {
	await machine.serve({owned: someSlots});
	const lines: ReadonlyArray<readonly [Vip, number, Affinity]> = [[vip4, 1, 'client'], [vip4, 2, 'connection'], [vip4, 3, 'network'], [second4, 1, 'network'], [second4, 2, 'client']];
	const family: AddressFamily = 4;
	const clientsCount = machine.farm.backend === 'nft' ? 40 : 4;
	for (let number = 0; number < clientsCount; number++) {
		const client: Client = {address: `10.7.${number}.9`, port: 30_000 + number};
		for (const [vip, port, affinity] of lines) {
			machine.wire.forget();
			machine.wire.send(udpFrame(machine.endsOf(client, vip), client.port, port, data));
			const isOwned = machine.slotOf(affinity, client) % 3 === 0;
			const {foreignPackets, acceptedPackets} = await machine.filter.counters();
			t.is(foreignPackets + acceptedPackets, (number * lines.length) + lines.findIndex(line => line[0] === vip && line[1] === port) + 1);
			if (isOwned) {
				const answer = await machine.wire.receive(isFor(client, unreachable[family]), `answer to ${client.address} from ${vip.address} port ${port}`);
				t.is(answer.source, vip.address);
			}
		}
	}

	const {acceptedPackets} = await machine.filter.counters();
	const expected = Array.from({length: clientsCount}, (_, number) => lines.filter(line => machine.slotOf(line[2], {address: `10.7.${number}.9`, port: 30_000 + number}) % 3 === 0).length);
	t.is(acceptedPackets, expected.reduce((sum, count) => sum + count, 0));
});

backEndsTest('without the ingress rule the frame is not for this host: the rule is what makes it so', farmWith({vips: [vip4], rules: [ruleFor(vips[4], 'udp', [53], 'client')]}), async (t, machine) => {
	const ruleset = desiredRuleset(machine.farm, {});
	await machine.filter.install({tables: ruleset.tables.filter(({family}) => family !== 'netdev')});
	await machine.filter.setSlots(slotTable({owned: evenSlots}));
	await machine.filter.openLease(undefined);
	const client = machine.clientIn(evenSlots, 4, 'client');
	send(machine, client, 53);
	await machine.wire.settle();
	t.is((await machine.filter.counters()).acceptedPackets, 0);
	await machine.serve({owned: evenSlots});
	send(machine, client, 53);
	t.is((await machine.filter.counters()).acceptedPackets, 1);
});
