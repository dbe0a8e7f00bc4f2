/** What `farmctl explain` says against the installed rules of each back end, for 10,000 random clients of each affinity and family and for as many echo requests. */

import type {ExecutionContext} from 'ava';
import {explain} from '../../src/core/explain/explain.js';
import {assumed, type Knowledge} from '../../src/core/explain/knowledge.js';
import {createSlotFinder, type Packet} from '../../src/core/explain/slot-of.js';
import type {AddressFamily, Affinity, Farm} from '../../src/core/model/farm.js';
import {echoFrame, tcp, tcpFrame, udpFrame} from './support/frame.js';
import {randomClients} from './support/kernel-marks.js';
import {iptablesTest, kernelTest} from './support/kernel-test.js';
import {farmWith, ruleFor, vips, type Client, type Machine} from './support/machine.js';
import type {IptablesVariant} from './support/iptables.js';
import {installNoting} from './support/noting.js';

const clientsCount = 10_000;

/** Of every so many clients the whole explanation is asked for; of the others only what it begins with, the slot. */
const wholeEach = 20;

/** The port of each affinity, for TCP and UDP alike. */
const ports = {client: 1001, connection: 1002, network: 1003} as const satisfies Readonly<Record<Affinity, number>>;
const affinities = Object.keys(ports) as Affinity[];

const farm = farmWith({
	seed: 0xC0_FF_EE_11,
	rules: [vips[4], vips[6]].flatMap(vip => affinities.flatMap(affinity => (['tcp', 'udp'] as const).map(protocol => ruleFor(vip, protocol, [ports[affinity]], affinity)))),
});

/** Half of the clients speak TCP, half UDP. */
const protocolOf = (index: number): 'tcp' | 'udp' => index % 2 === 0 ? 'tcp' : 'udp';

function send(machine: Machine, {address, port}: Client, index: number): void {
	const ends = machine.endsOf({address, port});
	for (const affinity of affinities) {
		const targetPort = ports[affinity];
		machine.wire.send(protocolOf(index) === 'tcp'
			? tcpFrame(ends, {sourcePort: port, targetPort, flags: tcp.syn})
			: udpFrame(ends, port, targetPort, Buffer.alloc(0)));
	}

	machine.wire.send(echoFrame(ends));
}

/** The slot that explain tells of one packet. */
function createAnswers(explained: Farm): (packet: Packet & {readonly client: string; readonly vip: string}, isWhole: boolean) => number | undefined {
	const find = createSlotFinder(explained);
	const knowledge = assumed(explained, ['node1']) as Knowledge;
	return (packet, isWhole) => {
		if (!isWhole) {
			const found = find(packet);
			return 'reason' in found ? undefined : found.slotNumber;
		}

		const {client, clientPort, vip, vipPort, protocol} = packet;
		const {answers} = explain({client: {address: client, port: clientPort!}, vip: {address: vip, ...vipPort !== undefined && {port: vipPort}}}, knowledge);
		const answer = answers.find(each => each.protocol === protocol);
		return answer !== undefined && 'found' in answer ? answer.found.slotNumber : undefined;
	};
}

async function holds(t: ExecutionContext, machine: Machine, family: AddressFamily, variant?: IptablesVariant): Promise<void> {
	const seen = await installNoting(t, machine, variant);
	const answer = createAnswers(machine.farm);
	const clients = randomClients(family, 7 + family, clientsCount).map(([address, port]): Client => ({address, port}));
	for (const [index, client] of clients.entries()) {
		send(machine, client, index);
	}

	const packets = seen(`seen${family}`);
	const echoes = seen(`echo${family}`);
	t.is(packets.size, affinities.length * new Set(clients.map(({address, port}) => `${address} ${port}`)).size);
	const asked = {vip: vips[family]};
	for (const affinity of affinities) {
		const wrong = clients.filter(({address, port}, index) => packets.get(`${address} ${port} ${ports[affinity]}`)
			!== answer({...asked, client: address, clientPort: port, vipPort: ports[affinity], protocol: protocolOf(index)}, index % wholeEach === 0));
		t.deepEqual(wrong, [], affinity);
	}

	t.deepEqual(clients.filter(({address, port}, index) => echoes.get(address) !== answer({...asked, client: address, clientPort: port, protocol: 'echo'}, index % wholeEach === 0)), [], 'echo');
}

for (const family of [4, 6] as const satisfies readonly AddressFamily[]) {
	const title = `explain says of ${clientsCount} clients what the installed rules do, IPv${family}`;
	kernelTest(title, farm, async (t, machine) => holds(t, machine, family));
	iptablesTest(title, farm, async (t, machine, variant) => holds(t, machine, family, variant));
}
