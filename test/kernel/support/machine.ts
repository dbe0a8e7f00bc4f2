/**
One machine of a farm in a namespace, with the real filter, and the wires that tests speak to it on.

	wire0 --- eth0  192.0.2.11/24  2001:db8::11/64   the VIPs' interface; every client beyond the gateway .1, whose MAC the machine knows
	wire1 --- eth1  203.0.113.11/24                  another network
*/

import {createServer, type Server} from 'node:net';
import {noApplication} from '../../../src/core/model/application.js';
import {defaultGroupName} from '../../../src/core/model/group.js';
import {hasSlot, noSlots, slotSetOf, slotsCount, type SlotSet} from '../../../src/core/model/slot-set.js';
import {hmarkSlotOfClient} from '../../../src/core/hash/hmark.js';
import {slotOfClient} from '../../../src/core/hash/jhash.js';
import {desiredRuleset} from '../../../src/core/ruleset/desired.js';
import type {AddressFamily, Affinity, Farm, Rule, Vip} from '../../../src/core/model/farm.js';
import type {SlotTable} from '../../../src/core/membership/types.js';
import type {OwnAddresses} from '../../../src/core/ruleset/model.js';
import {createIptablesFilter} from '../../../src/edge/filter/iptables/iptables.js';
import {createNftFilter} from '../../../src/edge/filter/nft.js';
import type {Filter} from '../../../src/edge/filter/port.js';
import type {Ends} from './frame.js';
import {iptablesIn, type IptablesVariant} from './iptables.js';
import {createNamespace, type Namespace} from './namespace.js';
import {Wire} from './wire.js';

export const gatewayMac = '02:00:5e:00:00:01';
export const vips = {4: '192.0.2.100', 6: '2001:db8::100'} as const;
export const ownAddressOf = {4: '192.0.2.11', 6: '2001:db8::11'} as const;

const ownAddresses: OwnAddresses = {[vips[4]]: ownAddressOf[4], [vips[6]]: ownAddressOf[6]};

export const vip4: Vip = {address: vips[4], family: 4, prefixLength: 24, interface: 'eth0', mode: 'unicast', mac: '0a:00:00:00:00:64'};
export const vip6: Vip = {address: vips[6], family: 6, prefixLength: 64, interface: 'eth0', mode: 'multicast', mac: '03:00:00:00:00:66'};

/** A farm with what the filter looks at; the rest is filled with something that passes. */
export const farmWith = (parts: {readonly vips?: readonly Vip[]; readonly rules: readonly Rule[]; readonly seed?: number; readonly groups?: readonly string[]}): Farm => ({
	name: 'kernel-test',
	keyFile: '/dev/null',
	nodes: [{name: 'node1', id: 1, addresses: [ownAddressOf[4]], weight: 1}],
	heartbeat: {port: 4803, multicast: [], timing: {intervalMs: 50, detectionMs: 300, detectionMaxMs: 300, leaseMs: 260, silenceMs: 125, lossesMax: 1, timerLatenessMs: 5, delayMs: 5, driftFraction: 0.0001}},
	vips: parts.vips ?? [vip4, vip6],
	rules: parts.rules,
	groups: (parts.groups ?? [defaultGroupName]).map(name => ({name, weights: {1: 1}, order: []})),
	quorum: 'none',
	witnesses: [],
	backend: 'nft',
	seed: parts.seed ?? 0x5E_ED,
	finishMs: 30_000,
	retainMs: 3_600_000,
	application: noApplication,
});

export const ruleFor = (vip: string, protocol: Rule['protocol'], ports: readonly number[], affinity: Affinity, group = defaultGroupName): Rule => ({vip, protocol, affinity, group, ports: ports.map(port => ({from: port, to: port}))});

/** Even slots, odd slots: two halves of the table. */
export const evenSlots: SlotSet = slotSetOf(Array.from({length: slotsCount / 2}, (_, index) => index * 2));
export const oddSlots: SlotSet = slotSetOf(Array.from({length: slotsCount / 2}, (_, index) => (index * 2) + 1));

export const slotTable = (parts: Partial<SlotTable>): SlotTable => ({owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots, ...parts});

export type Client = {readonly address: string; readonly port: number};

export class Machine {
	readonly namespace: Namespace = createNamespace();
	readonly filter: Filter;
	readonly wire: Wire;
	readonly other: Wire;
	readonly farm: Farm;
	readonly #servers: Server[] = [];
	#nextClient = 1;

	/** With a variant of iptables the farm's back end is iptables, whatever it says. */
	constructor(farm: Farm, variant?: IptablesVariant) {
		this.farm = variant === undefined ? farm : {...farm, backend: 'iptables'};
		const {namespace} = this;
		namespace.addWire('eth0', 'wire0');
		namespace.addWire('eth1', 'wire1');
		for (const [key, value] of Object.entries({'net.ipv4.icmp_ratelimit': '0', 'net.ipv6.icmp.ratelimit': '0', 'net.ipv4.icmp_msgs_per_sec': '100000'})) {
			namespace.writeSysctl(key, value);
		}

		const vipAddresses = farm.vips.map(vip => [`${vip.address}/${vip.family === 4 ? 32 : 128}`, vip.interface]);
		const addresses = [['192.0.2.11/24', 'eth0'], ['2001:db8::11/64', 'eth0'], ['203.0.113.11/24', 'eth1'], ...vipAddresses];
		for (const [address, name] of addresses) {
			namespace.sh('ip', 'address', 'add', address!, 'dev', name!, ...address!.includes(':') ? ['nodad'] : []);
		}

		for (const gateway of ['192.0.2.1', '2001:db8::1']) {
			namespace.sh('ip', 'neighbor', 'replace', gateway, 'lladdr', gatewayMac, 'dev', 'eth0', 'nud', 'permanent');
			namespace.sh('ip', 'route', 'add', 'default', 'via', gateway, 'dev', 'eth0');
		}

		this.filter = namespace.run(() => variant === undefined
			? createNftFilter({farm, tables: 'owned'})
			: createIptablesFilter({farm: this.farm, tables: 'owned', ...iptablesIn(namespace, variant)}));
		this.wire = new Wire(namespace, 'wire0');
		this.other = new Wire(namespace, 'wire1');
	}

	/** Installs the farm's ruleset, takes these slots and opens a lease that does not end during a test. */
	async serve(slots: Partial<SlotTable>, own = ownAddresses): Promise<void> {
		await this.filter.install(desiredRuleset(this.farm, own));
		await this.filter.setSlots(slotTable(slots));
		await this.filter.openLease(undefined);
	}

	/** A server that sends back what it gets, on every address of the machine. */
	listen(port: number): void {
		const server = createServer(socket => {
			socket.unref();
			socket.on('error', () => {});
			socket.pipe(socket);
		});
		this.namespace.run(() => {
			server.listen(port);
		});
		server.unref();
		this.#servers.push(server);
	}

	/** The slot of a client, by the hash of the farm's back end. */
	slotOf(affinity: Affinity, {address, port}: Client): number {
		const slotOf = this.farm.backend === 'iptables' ? hmarkSlotOfClient : slotOfClient;
		return slotOf(affinity, address, port, this.farm.seed);
	}

	/** A client never used before whose packets to the VIP fall into one of the slots. */
	clientIn(slots: SlotSet, family: AddressFamily, affinity: Affinity): Client {
		for (;;) {
			const number = this.#nextClient++;
			const [high, low] = [Math.floor(number / 250) % 250, (number % 250) + 1];
			const address = family === 4 ? `10.${high}.${low}.7` : `2001:db8:${high + 1}:${low}::7`;
			const port = 20_000 + number;
			if (hasSlot(slots, this.slotOf(affinity, {address, port}))) {
				return {address, port};
			}
		}
	}

	/** From the client through the gateway to the VIP of its family. */
	endsOf({address}: Client, vip: Vip = this.farm.vips.find(({family}) => family === (address.includes(':') ? 6 : 4))!): Ends {
		return {sourceMac: gatewayMac, targetMac: vip.mac, source: address, target: vip.address};
	}

	/** Connections in the machine's connection table, of any state. */
	connectionsTracked(): number {
		return Number(this.namespace.sh('cat', '/proc/sys/net/netfilter/nf_conntrack_count'));
	}

	close(): void {
		for (const server of this.#servers) {
			server.close();
		}

		this.filter.close();
		this.wire.close();
		this.other.close();
		this.namespace.close();
	}
}
