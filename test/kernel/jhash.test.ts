/**
Our jhash against the kernel's: random clients send through lo of a network namespace, nft notes the slot of each, we compute the same.

	client address:port ──udp──> lo, output hook: mark = jhash(key) mod 2520, and the set `seen` gets address . port . mark
*/
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {execa} from 'execa';
import {addressFromBytes} from '../../src/core/model/address.js';
import type {AddressFamily, Affinity} from '../../src/core/model/farm.js';
import {slotsCount} from '../../src/core/model/slot-set.js';
import {slotOfClient} from '../../src/core/hash/jhash.js';

type Client = readonly [address: string, port: number];

const clientsCount = 1100;
const sender = fileURLToPath(new URL('fixtures/send-from-clients.js', import.meta.url));
const unshareFlags = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-root-user'];

/** A table, the nft name of a family's header, and where its datagrams go. */
const families = {
	4: {
		table: 'ip', target: '192.0.2.1', type: 'ipv4_addr', networkMask: '255.255.255.0',
	},
	6: {
		table: 'ip6', target: '2001:db8::1', type: 'ipv6_addr', networkMask: 'ffff:ffff:ffff:ffff::',
	},
} as const;

/**
Every address is local to the namespace, so a program may send from any. System directories come first in PATH because npm puts node_modules/.bin there,
which has an unrelated `nft`.
*/
const script = `
set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
ip link set lo up
echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind
ip route add local 0.0.0.0/1 dev lo table local
ip route add local 128.0.0.0/1 dev lo table local
ip -6 route add local ::/1 dev lo table local
ip -6 route add local 8000::/1 dev lo table local
nft "$RULES"
"$NODE" "$SENDER" "$TARGET" 9
nft -j list ruleset
`;

const keyText = (family: AddressFamily, affinity: Affinity): string => {
	const {table, networkMask} = families[family];
	return {
		client: `${table} saddr`,
		connection: `${table} saddr . udp sport`,
		network: `${table} saddr & ${networkMask}`,
	}[affinity];
};

function rulesText(family: AddressFamily, affinity: Affinity, seed: number): string {
	const {table, type} = families[family];
	return `table ${table} jhash_test {
		set seen { type ${type} . inet_service . mark; flags dynamic; size 65536; }
		chain output { type filter hook output priority 0;
			udp dport 9 meta mark set jhash ${keyText(family, affinity)} mod ${slotsCount} seed ${seed} add @seen { ${table} saddr . udp sport . meta mark }
		}
	}`;
}

/** Small and repeatable: mulberry32. */
function randomFrom(seed: number): (below: number) => number {
	let state = seed;
	return below => {
		state = (state + 0x6D_2B_79_F5) | 0;
		let word = Math.imul(state ^ (state >>> 15), 1 | state);
		word ^= word + Math.imul(word ^ (word >>> 7), 61 | word);
		return Math.floor((((word ^ (word >>> 14)) >>> 0) / (2 ** 32)) * below);
	};
}

function randomClients(family: AddressFamily, seed: number): Client[] {
	const random = randomFrom(seed);
	return Array.from({length: clientsCount}, () => {
		const bytes = Array.from({length: family === 4 ? 4 : 16}, () => random(256));
		// Unicast only: 1 to 126 and 128 to 223 in IPv4, 2000::/3 in IPv6.
		bytes[0] = family === 4 ? [1 + random(126), 128 + random(96)][random(2)]! : 0x20 + random(0x20);
		return [addressFromBytes(bytes), 1 + random(65_535)];
	});
}

/** What the kernel says: the slot of each client. */
async function slotsInKernel(family: AddressFamily, affinity: Affinity, seed: number, clients: readonly Client[]): Promise<Map<string, number>> {
	const {stdout} = await execa('unshare', [...unshareFlags, 'sh', '-c', script], {
		input: JSON.stringify(clients),
		env: {
			RULES: rulesText(family, affinity, seed), NODE: process.execPath, SENDER: sender, TARGET: families[family].target,
		},
	});
	const {nftables} = JSON.parse(stdout) as {nftables: ReadonlyArray<{set?: {elem: unknown[]}}>};
	const elements = nftables.find(item => item.set)?.set?.elem ?? [];
	return new Map(elements.map(element => {
		const [address, port, slot] = concatOf(element);
		return [`${address} ${port}`, slot];
	}));
}

function concatOf(element: unknown): [string, number, number] {
	const plain = (element as {elem?: {val: unknown}}).elem?.val ?? element;
	return (plain as {concat: [string, number, number]}).concat;
}

const reasonToSkip = await execa('unshare', [...unshareFlags, 'true']).then(() => undefined, () => 'neither root nor a user namespace');

const agrees = test.macro({
	title: (reason, family: AddressFamily, affinity: Affinity) => `the kernel agrees: IPv${family}, ${affinity}${reason ? ` (skipped: ${reason})` : ''}`,
	async exec(t, family: AddressFamily, affinity: Affinity, seed: number) {
		const clients = randomClients(family, seed);
		const kernel = await slotsInKernel(family, affinity, seed, clients);
		t.is(kernel.size, clientsCount);
		const wrong = clients.filter(([address, port]) => kernel.get(`${address} ${port}`) !== slotOfClient(affinity, address, port, seed));
		t.deepEqual(wrong, []);
	},
});

const combinations = [
	[4, 'client', 0x5E_ED_00_01],
	[4, 'connection', 0xFF_FF_FF_FF],
	[4, 'network', 1],
	[6, 'client', 0x80_00_00_00],
	[6, 'connection', 0x5E_ED_00_01],
	[6, 'network', 0xC0_FF_EE_11],
] as const;

for (const combination of combinations) {
	if (reasonToSkip && !process.env.CI) {
		test.skip(reasonToSkip, agrees, ...combination);
	} else {
		test(agrees, ...combination);
	}
}
