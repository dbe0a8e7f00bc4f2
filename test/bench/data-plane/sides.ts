/**
What decides on a packet, each on a machine of its own that is one node of a farm of three:

	wire0 --- eth0  VIP 192.0.2.100, tcp 80

The bare side drops every frame where it comes in. The plain side has conntrack and nothing that distributes. All others accept the clients of one node.
*/

import {existsSync} from 'node:fs';
import type {Farm} from '../../../src/core/model/farm.js';
import {desiredRuleset} from '../../../src/core/ruleset/desired.js';
import {createIptablesFilter} from '../../../src/edge/filter/iptables/iptables.js';
import {allSlots, slotSetOf, slotsCount, type SlotSet} from '../../../src/core/model/slot-set.js';
import {iptablesIn} from '../../kernel/support/iptables.js';
import {farmWith, Machine, ruleFor, slotTable, vip4, type Client} from '../../kernel/support/machine.js';
import {tcp, tcpFrame} from '../../kernel/support/frame.js';
import {clusterRules, moduloRules} from './rivals.js';

export const servedPort = 80;
export const nodesCount = 3;
const seed = 0x5E_ED;
const clientsCount = 240;

/** A multicast MAC, as all of them can have it. */
const vip = {...vip4, mode: 'multicast', mac: '03:00:00:00:00:64'} as const;
const farm = farmWith({vips: [vip], seed, rules: [ruleFor(vip.address, 'tcp', [servedPort], 'client')]});

export type Side = {
	readonly name: string;
	readonly machine: Machine;
	/** Clients that it answers and clients that it leaves to other nodes, as many of each as it has of those asked. */
	readonly owned: readonly Client[];
	readonly foreign: readonly Client[];
};

export type SideName = 'bare' | 'plain' | 'nft' | 'iptables' | 'cluster' | 'modulo';

export const sideNames = {
	bare: 'dropped where it comes in',
	plain: 'conntrack alone',
	nft: 'farmctl, nft',
	iptables: 'farmctl, iptables',
	cluster: '`xt_cluster`',
	modulo: 'nft `jhash mod 3` behind conntrack',
} as const satisfies Readonly<Record<SideName, string>>;

/** Why there is nothing to compare with; undefined when there is. */
export const whyNoIptables = (): string | undefined => existsSync('/usr/sbin/iptables-legacy') ? undefined : 'iptables is not installed: apt-get install iptables';

/** A third of the slots. */
const ownSlots: SlotSet = slotSetOf(Array.from({length: slotsCount / nodesCount}, (_, index) => index * nodesCount));

const nftChain = (hook: string, priority: number, rules: readonly string[]): string => `table inet side {
	chain it {
		type filter hook ${hook} priority ${priority};
		${rules.join('\n\t\t')}
	}
}`;

/** Where frames come in, before anything else. */
const ingress = (rule: string): string => `table netdev side {
	chain it {
		type filter hook ingress device eth0 priority -500;
		${rule}
	}
}`;

/** Makes the machine, with a server that answers where the side lets clients through. */
export async function openSide(name: SideName): Promise<Side> {
	const machine = new Machine(farm);
	machine.listen(servedPort);
	const nft = (text: string): void => {
		machine.namespace.sh('nft', text);
	};

	// The kernel takes a frame to a multicast MAC for no TCP of its own; xt_cluster changes that by itself, farmctl with its ingress rule.
	const toHost = ingress(`ether daddr ${vip.mac} meta pkttype set host`);
	switch (name) {
		case 'bare': {
			nft(ingress('ether type ip drop'));
			break;
		}

		case 'plain': {
			nft(nftChain('prerouting', -150, ['ct state established accept']));
			nft(toHost);
			break;
		}

		case 'nft': {
			await machine.serve({owned: ownSlots, resettable: allSlots});
			break;
		}

		case 'iptables': {
			await serveWithIptables(machine);
			break;
		}

		case 'cluster': {
			machine.namespace.sh('sh', '-e', '-c', clusterRules({vip: vip.address, port: servedPort, index: 0, count: nodesCount}).join('\n'));
			break;
		}

		case 'modulo': {
			nft(moduloRules({vip: vip.address, port: servedPort, index: 0, count: nodesCount}));
			nft(toHost);
			break;
		}

		default: {
			name satisfies never;
		}
	}

	return {name: sideNames[name], machine, ...await sortClients(machine)};
}

async function serveWithIptables(machine: Machine): Promise<void> {
	const other: Farm = {...farm, backend: 'iptables'};
	const {programs, lists} = iptablesIn(machine.namespace, 'legacy');
	const filter = machine.namespace.run(() => createIptablesFilter({farm: other, tables: 'plain', programs, lists}));
	await filter.install(desiredRuleset(other, {}));
	await filter.setSlots(slotTable({owned: ownSlots, resettable: allSlots}));
	await filter.openLease(undefined);
	filter.close();
}

/** Asks each client's question and looks who gets an answer: whatever decides, this is what it decided. */
async function sortClients(machine: Machine): Promise<Pick<Side, 'owned' | 'foreign'>> {
	const clients = Array.from({length: clientsCount}, (_, index): Client => ({address: `10.5.${Math.floor(index / 250)}.${1 + (index % 250)}`, port: 20_000 + index}));
	machine.wire.forget();
	for (const client of clients) {
		machine.wire.send(tcpFrame(machine.endsOf(client), {sourcePort: client.port, targetPort: servedPort, flags: tcp.syn}));
	}

	const answered = new Set((await machine.wire.settle()).filter(frame => frame.tcp?.flags === tcp.syn + tcp.ack).map(frame => frame.target));
	for (const client of clients) {
		machine.wire.send(tcpFrame(machine.endsOf(client), {sourcePort: client.port, targetPort: servedPort, sequence: 1001, flags: tcp.reset}));
	}

	machine.wire.forget();
	return {owned: clients.filter(({address}) => answered.has(address)), foreign: clients.filter(({address}) => !answered.has(address))};
}
