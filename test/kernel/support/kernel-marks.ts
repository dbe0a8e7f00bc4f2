/**
What the kernel hashes random clients to: each sends a datagram through lo of a network namespace of its own, rules there put its slot into the mark, and
nft notes the mark of each.

	client address:port ──udp──> lo, output hook: mark = slot, and the set `seen` gets address . port . mark
*/
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {execa} from 'execa';
import {addressFromBytes} from '../../../src/core/model/address.js';
import type {AddressFamily} from '../../../src/core/model/farm.js';

export type Client = readonly [address: string, port: number];

export const clientsCount = 1100;

const sender = fileURLToPath(new URL('../fixtures/send-from-clients.js', import.meta.url));
const unshareFlags = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-root-user'];

/** nft's word for a family, and where its datagrams go. */
const families = {
	4: {table: 'ip', target: '192.0.2.1', type: 'ipv4_addr'},
	6: {table: 'ip6', target: '2001:db8::1', type: 'ipv6_addr'},
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
eval "$MARKING"
nft "$NOTING"
"$NODE" "$SENDER" "$TARGET" 9
nft -j list ruleset
`;

/** Behind whatever marks, in mangle or in a chain of priority -150. */
const notingRules = ({table, type}: typeof families[AddressFamily]): string => `table ${table} hash_test {
	set seen { type ${type} . inet_service . mark; flags dynamic; size 65536; }
	chain output { type filter hook output priority 0; udp dport 9 add @seen { ${table} saddr . udp sport . meta mark }; }
}`;

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

export function randomClients(family: AddressFamily, seed: number, count = clientsCount): Client[] {
	const random = randomFrom(seed);
	return Array.from({length: count}, () => {
		const bytes = Array.from({length: family === 4 ? 4 : 16}, () => random(256));
		// Unicast only: 1 to 126 and 128 to 223 in IPv4, 2000::/3 in IPv6.
		bytes[0] = family === 4 ? [1 + random(126), 128 + random(96)][random(2)]! : 0x20 + random(0x20);
		return [addressFromBytes(bytes), 1 + random(65_535)];
	});
}

/** The mark of each `ADDRESS PORT`. `marking` is a line for the shell that makes rules which mark datagrams to port 9 on their way out. */
export async function marksInKernel(family: AddressFamily, marking: string, clients: readonly Client[]): Promise<Map<string, number>> {
	const {stdout} = await execa('unshare', [...unshareFlags, 'sh', '-c', script], {
		input: JSON.stringify(clients),
		env: {
			MARKING: marking, NOTING: notingRules(families[family]), NODE: process.execPath, SENDER: sender, TARGET: families[family].target,
		},
	});
	const {nftables} = JSON.parse(stdout) as {nftables: ReadonlyArray<{set?: {elem: unknown[]}}>};
	const elements = nftables.find(item => item.set)?.set?.elem ?? [];
	return new Map(elements.map(element => {
		const [address, port, mark] = concatOf(element);
		return [`${address} ${port}`, mark];
	}));
}

function concatOf(element: unknown): [string, number, number] {
	const plain = (element as {elem?: {val: unknown}}).elem?.val ?? element;
	return (plain as {concat: [string, number, number]}).concat;
}

/** Why there can be no namespace here; nothing when there can. */
export const reasonToSkip = await execa('unshare', [...unshareFlags, 'true']).then(() => undefined, () => 'neither root nor a user namespace');
