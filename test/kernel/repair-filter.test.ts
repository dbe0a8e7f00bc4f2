/**
What someone does to a filter in plain tables, as kernels before 6.9 have them, is undone: on a real farm, one node of which runs with plain tables.
A VIP never stands above a filter that cannot be put back.
*/

import {spawn} from 'node:child_process';
import {setTimeout as delay} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {repairsMax} from '../../src/core/repair/patience.js';
import {nodeOf, type Node} from './support/breakage.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

/** The promise is 100 ms from the kernel's notice; a busy machine may take a while to start the program that breaks things. */
const boundMs = 20_000;
/** More repairs than `repairsMax` in ten seconds would be taken for someone who insists. */
const restMs = 10_000 / repairsMax;

const reason = whyNoNamespace();

function farmTest(title: string, work: (t: ExecutionContext) => Promise<void>): void {
	if (reason === undefined) {
		test.serial(title, work);
	} else {
		test.skip(`${title} (${reason})`, t => {
			t.fail();
		});
	}
}

async function plainNode(t: ExecutionContext, name: string): Promise<{readonly lab: Lab; readonly node: Node; readonly table: string}> {
	const lab = await labFor(t, name);
	const node = await nodeOf(lab);
	await node.goPlain();
	t.notRegex(await node.read('nft list tables'), /owner/);
	return {lab, node, table: `farmctl-${name}`};
}

type Case = {
	readonly script: (table: string) => string;
	readonly told: RegExp;
	/** Whether the node has to empty slots and lease and join anew. */
	readonly isLost: boolean;
};

const cases: readonly Case[] = [
	{script: table => `nft delete table inet ${table}`, told: /^table inet .* deleted by nft \(pid \d+\): the filter was installed anew/, isLost: true},
	{script: () => 'nft flush ruleset', told: /^(?:table (?:inet|arp|netdev) \S+ deleted(?:, )?){3} by nft/, isLost: true},
	{
		script: () => 'echo "flush ruleset; table inet firewall { chain input { type filter hook input priority 0; }; }" | nft -f -',
		told: /^(?:table (?:inet|arp|netdev) \S+ deleted(?:, )?){3} by nft/,
		isLost: true,
	},
	{script: table => `nft delete table arp ${table}`, told: /^table arp .* deleted by nft .*: put back in place/, isLost: false},
	{script: table => `nft insert rule inet ${table} stage1 accept`, told: /^chain stage1 was changed by nft \(pid \d+\): put back in place/, isLost: false},
	{script: table => `nft flush chain inet ${table} stage2`, told: /^chain stage2 was changed/, isLost: false},
	{script: table => `nft 'flush chain netdev ${table} ingress-eth0; delete chain netdev ${table} ingress-eth0'`, told: /^chain ingress-eth0 was gone/, isLost: false},
	{script: table => `nft 'chain inet ${table} stage1 { policy drop; }'`, told: /^chain stage1 was changed/, isLost: false},
	{script: table => `nft flush map inet ${table} vips4`, told: /^set vips4 was changed/, isLost: true},
	{script: table => `nft 'add set inet ${table} foreign { type ipv4_addr; }'`, told: /^set foreign was too many/, isLost: true},
	{script: table => `nft flush map inet ${table} slots`, told: /^element of set slots deleted by nft .*: slots and lease were emptied/, isLost: true},
	{script: table => `nft 'add element inet ${table} resettable { 7 }'`, told: /^element of set resettable added/, isLost: true},
	{script: table => `nft flush set inet ${table} lease4`, told: /^element of set lease4 deleted/, isLost: true},
];

farmTest('whatever is done to plain tables is undone, told with who did it, and the node serves as before', async t => {
	const {lab, node, table} = await plainNode(t, 'repplain');
	const before = await node.snapshot();
	for (const {script, told, isLost} of cases) {
		const atMs = await node.run(script(table));
		const {afterMs, tookMs} = await node.told('repaired', atMs, told);
		t.log(`${script(table)}: whole ${afterMs} ms after the program was started, ${tookMs} ms after the notice`);
		t.true(afterMs < boundMs, `${afterMs} ms`);
		await until(async () => await node.snapshot() === before);
		if (isLost) {
			// Either may be first: the next renewal finds the lease gone as well.
			await until(() => node.logged('kernel-lost', atMs).length + node.logged('lease-lapsed', atMs).length > 0);
		} else {
			t.deepEqual([...node.logged('kernel-lost', atMs), ...node.logged('lease-lapsed', atMs)], [], script(table));
		}

		await lab.settled();
		await delay(Math.max(0, atMs + restMs + 200 - Date.now()));
	}

	t.deepEqual(node.logged('repair-backoff', 0), []);
	t.regex(await node.read('nft list tables'), /inet firewall/, 'what is not ours stays as it was put');
});

farmTest('who deletes the filter again and again finds no VIP above it, and the farm serves without this node until he stops', async t => {
	const {lab, node, table} = await plainNode(t, 'repflush');
	const enough = `/run/farmctl-lab/${lab.name}/enough`;
	const atMs = await node.run(`(until [ -e ${enough} ]; do nft delete table inet ${table} || true; sleep 0.05; done) >/dev/null 2>&1 &`);
	const backoff = await node.told('repair-backoff', atMs, /^nft \(pid \d+\) keeps changing the filter; put back 6 times in 10 s/);
	t.log(`backs off after ${backoff.afterMs} ms: ${backoff.message}`);
	await node.told('waiting', atMs, /someone keeps changing the filter/);
	await until(async () => !/10\.77\.0\.100|fd00:77::100/.test(await node.read('ip -br address show dev eth0')));
	await lab.settled('web1');
	await delay(3000);
	const repairs = node.logged('repaired', atMs);
	t.log(`${repairs.length} repairs in ${Date.now() - atMs} ms`);
	t.true(repairs.length <= repairsMax + 4);
	t.notRegex(await node.read('ip -br address show dev eth0'), /10\.77\.0\.100|fd00:77::100/);
	await node.run(`touch ${enough}`);
	await node.told('repair-calm', atMs);
	await lab.settled();
	t.regex(await node.read('ip -br address show dev eth0'), /10\.77\.0\.100.*fd00:77::100|fd00:77::100.*10\.77\.0\.100/);
});

farmTest('while the table is another program\'s own the VIPs are down; they return with the filter', async t => {
	const {lab, node, table} = await plainNode(t, 'repforeign');
	const atMs = Date.now();
	const [file, words] = lab.spawnIn('web1', 'sh', '-c', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin exec nft -i');
	const foreign = spawn(file, words, {stdio: ['pipe', 'ignore', 'inherit']});
	foreign.stdin.write(`delete table inet ${table}; add table inet ${table} { flags owner; }\n`);
	const {message} = await node.told('repair-failed', atMs, /the filter cannot be put back, and the VIPs are down until it can/);
	t.regex(message, /EPERM/);
	await node.told('vip', atMs, /ip address del 10\.77\.0\.100/);
	await node.told('waiting', atMs, /the filter cannot be put back/);
	await lab.settled('web1');
	t.notRegex(await node.read('ip -br address show dev eth0'), /10\.77\.0\.100|fd00:77::100/);
	foreign.stdin.end();
	await node.told('vip', Date.now(), /ip address add 10\.77\.0\.100/);
	await lab.settled();
	t.regex(await node.read(`nft list chain inet ${table} stage1`), /vips4/);
});
