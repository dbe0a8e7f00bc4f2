/**
What `farmctl explain` says against the installed ruleset, for 10,000 random clients of each affinity and family and for as many echo requests.

The ruleset is the farm's own. Only where its slot map would send a packet to `owned`, each slot has a chain of its own that notes the slot with the
client and drops the packet:

	frame ──> stage1 ──> vip ──> share chain: hash ──> map `slots` ──> seen-0 ... seen-2519: {client, ports, slot} into a set
*/

import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {explain} from '../../src/core/explain/explain.js';
import {assumed, type Knowledge} from '../../src/core/explain/knowledge.js';
import type {AddressFamily, Affinity, Farm} from '../../src/core/model/farm.js';
import {createSlotFinder} from '../../src/core/explain/slot-of.js';
import {slotsCount} from '../../src/core/model/slot-set.js';
import {desiredRuleset} from '../../src/core/ruleset/desired.js';
import {liveSets, tableName} from '../../src/core/ruleset/model.js';
import {createNftFilter} from '../../src/edge/filter/nft.js';
import {echoFrame, tcp, tcpFrame, udpFrame} from './support/frame.js';
import {kernelTest} from './support/kernel-test.js';
import {farmWith, ruleFor, vips, type Client, type Machine} from './support/machine.js';
import {randomClients} from './support/kernel-marks.js';

const clientsCount = 10_000;

/** The port of each affinity, for TCP and UDP alike. */
const ports = {client: 1001, connection: 1002, network: 1003} as const satisfies Readonly<Record<Affinity, number>>;
const affinities = Object.keys(ports) as Affinity[];

const farm: Farm = farmWith({
	seed: 0xC0_FF_EE_11,
	rules: [vips[4], vips[6]].flatMap(vip => affinities.flatMap(affinity => (['tcp', 'udp'] as const).map(protocol => ruleFor(vip, protocol, [ports[affinity]], affinity)))),
});

/** Half of the clients speak TCP, half UDP. */
const protocolOf = (index: number): 'tcp' | 'udp' => index % 2 === 0 ? 'tcp' : 'udp';

const slots = Array.from({length: slotsCount}, (_, slot) => slot);

/** Nft's text: the chains that note, and the map that leads to them. */
function noting(table: string): string {
	const in4 = 'ip saddr . th sport . th dport . meta mark';
	return `
		table inet ${table} {
			set seen4 { type ipv4_addr . inet_service . inet_service . mark; flags dynamic; size 65535; }
			set seen6 { type ipv6_addr . inet_service . inet_service . mark; flags dynamic; size 65535; }
			set echo4 { type ipv4_addr . mark; flags dynamic; size 65535; }
			set echo6 { type ipv6_addr . mark; flags dynamic; size 65535; }
			chain note {
				meta l4proto icmp add @echo4 { ip saddr . meta mark } drop
				meta l4proto icmpv6 add @echo6 { ip6 saddr . meta mark } drop
				meta nfproto ipv4 add @seen4 { ${in4} } drop
				add @seen6 { ${in4.replace('ip saddr', 'ip6 saddr')} } drop
			}
			${slots.map(slot => `chain seen-${slot} { meta mark set ${slot} goto note; }`).join('\n')}
		}
		add element inet ${table} ${liveSets.slots} { ${slots.map(slot => `${slot} : goto seen-${slot}`).join(', ')} }
	`;
}

async function installNoting(t: ExecutionContext, machine: Machine): Promise<void> {
	// Tables of a daemon are closed to others; these are as the rules of a farm without one.
	const filter = machine.namespace.run(() => createNftFilter({farm, tables: 'plain'}));
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-explain-'));
	t.teardown(() => {
		filter.close();
		rmSync(folder, {recursive: true, force: true});
	});
	await filter.install(desiredRuleset(farm, {}));
	await filter.openLease(undefined);
	const file = path.join(folder, 'noting.nft');
	writeFileSync(file, noting(tableName(farm.name)));
	machine.namespace.sh('nft', '-f', file);
}

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

/** What stands in a set: the parts of each element joined, without the last one, and that one, the slot. */
function seen(machine: Machine, name: string): Map<string, number> {
	const {nftables} = JSON.parse(machine.namespace.sh('nft', '-j', 'list', 'set', 'inet', tableName(farm.name), name)) as {nftables: ReadonlyArray<{set?: {elem: readonly unknown[]}}>};
	const elements = nftables.find(item => item.set)?.set?.elem ?? [];
	return new Map(elements.map(element => {
		const plain = ((element as {elem?: {val: unknown}}).elem?.val ?? element) as {readonly concat: ReadonlyArray<string | number>};
		return [plain.concat.slice(0, -1).join(' '), Number(plain.concat.at(-1))];
	}));
}

const knowledge = assumed(farm, ['node1']) as Knowledge;
const find = createSlotFinder(farm);

/** Of every so many clients the whole explanation is asked for; of the others only what it begins with, the slot. */
const wholeEach = 20;

type Asked = {readonly vip: string; readonly vipPort: number | undefined; readonly index: number};

function explained({address, port}: Client, protocol: 'tcp' | 'udp' | 'echo', {vip, vipPort, index}: Asked): number | undefined {
	if (index % wholeEach > 0) {
		const found = find({client: address, clientPort: port, vip, vipPort, protocol});
		return 'reason' in found ? undefined : found.slotNumber;
	}

	const {answers} = explain({client: {address, port}, vip: {address: vip, ...vipPort !== undefined && {port: vipPort}}}, knowledge);
	const answer = answers.find(each => each.protocol === protocol);
	return answer !== undefined && 'found' in answer ? answer.found.slotNumber : undefined;
}

for (const family of [4, 6] as const satisfies readonly AddressFamily[]) {
	kernelTest(`explain says of ${clientsCount} clients what the installed rules do, IPv${family}`, farm, async (t, machine) => {
		await installNoting(t, machine);
		const clients = randomClients(family, 7 + family, clientsCount).map(([address, port]): Client => ({address, port}));
		for (const [index, client] of clients.entries()) {
			send(machine, client, index);
		}

		const packets = seen(machine, `seen${family}`);
		const echoes = seen(machine, `echo${family}`);
		t.is(packets.size, affinities.length * new Set(clients.map(({address, port}) => `${address} ${port}`)).size);
		for (const affinity of affinities) {
			const wrong = clients.filter((client, index) => packets.get(`${client.address} ${client.port} ${ports[affinity]}`)
				!== explained(client, protocolOf(index), {vip: vips[family], vipPort: ports[affinity], index}));
			t.deepEqual(wrong, [], affinity);
		}

		t.deepEqual(clients.filter((client, index) => echoes.get(client.address) !== explained(client, 'echo', {vip: vips[family], vipPort: undefined, index})), [], 'echo');
	});
}
