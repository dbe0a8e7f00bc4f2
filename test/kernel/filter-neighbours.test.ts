/** What neighbours hear of a VIP: the cluster MAC, on the VIP's interface only; and a node's own questions never teach them the NIC's MAC for it. */

import type {ExecutionContext} from 'ava';
import {allSlots} from '../../src/core/model/slot-set.js';
import {arpRequest, macBytes, neighbourSolicit, tcp, tcpFrame, type Frame} from './support/frame.js';
import {kernelTest} from './support/kernel-test.js';
import {farmWith, gatewayMac, ownAddressOf, ruleFor, slotTable, vip4, vip6, vips, type Machine} from './support/machine.js';
import {macOf} from './support/namespace.js';

const farm = farmWith({rules: [ruleFor(vips[4], 'tcp', [80], 'client'), ruleFor(vips[6], 'tcp', [80], 'client')]});

const request = 1;
const reply = 2;
const advert = 136;
const solicit = 135;

const everything = {owned: allSlots} as const;

kernelTest('an ARP question for the VIP is answered with the cluster MAC, on its own interface', farm, async (t, machine) => {
	await machine.serve(everything);
	machine.other.send(arpRequest(gatewayMac, '203.0.113.1', vips[4]));
	machine.wire.send(arpRequest(gatewayMac, '192.0.2.1', vips[4]));
	const answer = await machine.wire.receive(({arp}) => arp?.operation === reply, 'ARP reply');
	t.is(answer.arp!.sender, vips[4]);
	t.is(answer.arp!.senderMac, vip4.mac);
	t.is(answer.sourceMac, macOf(machine.namespace, 'eth0'), 'the cluster MAC is never a source address');
	await machine.other.settle();
	t.deepEqual(machine.other.seen.filter(({arp}) => arp !== undefined), []);
});

kernelTest('the node\'s own address is answered with its own MAC', farm, async (t, machine) => {
	await machine.serve(everything);
	machine.wire.send(arpRequest(gatewayMac, '192.0.2.1', ownAddressOf[4]));
	const answer = await machine.wire.receive(({arp}) => arp?.operation === reply, 'ARP reply');
	t.is(answer.arp!.senderMac, macOf(machine.namespace, 'eth0'));
	machine.wire.send(neighbourSolicit(gatewayMac, '2001:db8::1', ownAddressOf[6]));
	const neighbour = await machine.wire.receive(({icmp}) => icmp?.type === advert, 'neighbour advertisement');
	t.true(neighbour.icmp!.body.subarray(22).equals(macBytes(macOf(machine.namespace, 'eth0'))));
	t.true(neighbour.icmp!.isRight);
});

kernelTest('a solicitation for the VIP is answered with the cluster MAC and a right checksum, without a lease too', farm, async (t, machine) => {
	await machine.serve({});
	await machine.filter.closeLease();
	machine.other.send(neighbourSolicit(gatewayMac, 'fe80::1', vips[6]));
	machine.wire.send(neighbourSolicit(gatewayMac, '2001:db8::1', vips[6]));
	const answer = await machine.wire.receive(({icmp}) => icmp?.type === advert, 'neighbour advertisement');
	t.is(answer.source, vips[6]);
	t.is(answer.icmp!.body[20], 2, 'target link-layer option');
	t.deepEqual(answer.icmp!.body.subarray(22, 28), macBytes(vip6.mac));
	t.true(answer.icmp!.isRight, 'checksum');
	await machine.other.settle();
	t.deepEqual(machine.other.seen.filter(({icmp}) => icmp?.type === advert), []);
});

/** A client on the VIP's own network that the node has to ask for before it can answer. */
async function isAskedBy(machine: Machine, family: 4 | 6, fits: (frame: Frame) => boolean): Promise<Frame> {
	const client = {address: family === 4 ? '192.0.2.77' : '2001:db8::77', port: 40_000};
	await machine.filter.setSlots(slotTable({owned: allSlots}));
	machine.wire.send(tcpFrame({...machine.endsOf(client), sourceMac: '02:00:5e:00:00:77'}, {sourcePort: client.port, targetPort: 80, flags: tcp.syn}));
	return machine.wire.receive(fits, 'question for the client');
}

const asksFor4 = ({arp}: Frame): boolean => arp?.operation === request && arp.target === '192.0.2.77';

const isSolicit = ({icmp}: Frame): boolean => icmp?.type === solicit && icmp.body.subarray(4, 20).at(-1) === 0x77;

/** No frame on the wire claims that the VIP is at the NIC. */
function neverTeachesNic(t: ExecutionContext, machine: Machine): void {
	const mac = macOf(machine.namespace, 'eth0');
	for (const {arp, icmp, source} of machine.wire.seen) {
		t.false(arp?.sender === vips[4] && arp.senderMac === mac);
		t.false(source === vips[6] && icmp?.type === solicit && icmp.body.includes(macBytes(mac)));
		t.false(icmp?.type === advert && icmp.body.includes(macBytes(mac)) && icmp.body[19] === 0x00);
	}
}

kernelTest('the node asks in its own name, not the VIP\'s', farm, async (t, machine) => {
	machine.listen(80);
	await machine.serve(everything);
	const question = await isAskedBy(machine, 4, asksFor4);
	t.deepEqual(question.arp, {operation: request, sender: ownAddressOf[4], senderMac: macOf(machine.namespace, 'eth0'), target: '192.0.2.77'});
	const solicitation = await isAskedBy(machine, 6, isSolicit);
	t.is(solicitation.source, ownAddressOf[6]);
	t.true(solicitation.icmp!.isRight, 'checksum');
	neverTeachesNic(t, machine);
});

kernelTest('without an own address the node asks with the cluster MAC', farm, async (t, machine) => {
	machine.listen(80);
	await machine.serve(everything, {});
	const question = await isAskedBy(machine, 4, asksFor4);
	t.deepEqual(question.arp, {operation: request, sender: vips[4], senderMac: vip4.mac, target: '192.0.2.77'});
	const solicitation = await isAskedBy(machine, 6, isSolicit);
	t.is(solicitation.source, vips[6]);
	t.is(solicitation.icmp!.body[20], 1, 'source link-layer option');
	t.deepEqual(solicitation.icmp!.body.subarray(22, 28), macBytes(vip6.mac));
	t.true(solicitation.icmp!.isRight, 'checksum');
	neverTeachesNic(t, machine);
});

kernelTest('a question that leaves by another interface does not name the VIP', farm, async (t, machine) => {
	machine.listen(80);
	await machine.serve(everything);
	machine.namespace.sh('ip', 'route', 'add', '198.51.100.0/24', 'via', '203.0.113.1', 'dev', 'eth1');
	await machine.filter.setSlots(slotTable({owned: allSlots}));
	machine.wire.send(tcpFrame(machine.endsOf({address: '198.51.100.7', port: 5000}), {sourcePort: 5000, targetPort: 80, flags: tcp.syn}));

	const question = await machine.other.receive(({arp}) => arp?.operation === request, 'ARP request on the other interface');
	t.is(question.arp!.target, '203.0.113.1');
	t.is(question.arp!.sender, '0.0.0.0');
	await machine.other.settle();
	t.deepEqual(machine.other.seen.filter(({arp}) => arp?.sender === vips[4]), []);
});

kernelTest('an announcement of the VIP carries the cluster MAC', farm, async (t, machine) => {
	await machine.serve(everything);
	machine.namespace.writeSysctl('net.ipv4.conf.eth0.arp_notify', '1');
	machine.namespace.sh('ip', 'link', 'set', 'eth0', 'down');
	machine.namespace.sh('ip', 'link', 'set', 'eth0', 'up');
	const announcement = await machine.wire.receive(({arp}) => arp?.operation === request && arp.target === vips[4], 'announcement');
	t.is(announcement.arp!.sender, vips[4]);
	t.is(announcement.arp!.senderMac, vip4.mac);
});
