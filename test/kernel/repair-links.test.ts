/** What someone takes off a VIP's interface is put back: on a real farm, with owned tables, which nobody else can touch. */

import test, {type ExecutionContext} from 'ava';
import {repairCalmMs, repairsMax} from '../../src/core/repair/patience.js';
import {nodeOf, type Node} from './support/breakage.js';
import {labFor, until} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

/** The promise is 100 ms from the kernel's notice; a busy machine may take a while to start the program that breaks things, and to look. */
const boundMs = 20_000;

const vip6 = 'fd00:77::100';
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

/** Breaks it, waits for the event, and demands that everything is as before. */
async function mended(t: ExecutionContext, node: Node, script: string, message: RegExp): Promise<void> {
	const before = await node.snapshot();
	const atMs = await node.run(script);
	const {afterMs, tookMs} = await node.told('repaired', atMs, message);
	t.log(`${script.split('\n', 1)[0]}: whole ${afterMs} ms after the program was started, ${tookMs} ms after the notice`);
	t.true(afterMs < boundMs, `${afterMs} ms`);
	t.is(await node.snapshot(), before);
}

const clusterMacs = async (node: Node): Promise<string[]> => (await node.read('bridge fdb show dev eth0')).split('\n').filter(line => /^0[23]:/.test(line)).map(line => line.split(' ', 1)[0]!);

farmTest('owned tables: a foreign flush passes by, a foreign edit is refused, and no client notices', async t => {
	const lab = await labFor(t, 'repowned');
	const node = await nodeOf(lab);
	const before = await node.snapshot();
	const atMs = await node.run('nft flush ruleset');
	for (const family of ['inet', 'arp', 'netdev']) {
		await t.throwsAsync(node.run(`nft delete table ${family} farmctl-${lab.name}`), {message: /not permitted/});
	}

	await t.throwsAsync(node.run(`nft flush map inet farmctl-${lab.name} slots`), {message: /not permitted/});
	t.is(await node.snapshot(), before);
	t.deepEqual([...node.logged('repaired', atMs), ...node.logged('lease-lapsed', atMs), ...node.logged('kernel-lost', atMs)], []);
	await lab.settled();
});

farmTest('addresses and MACs come back, also after the link was down, and the node serves all the while', async t => {
	const lab = await labFor(t, 'reptaken');
	const node = await nodeOf(lab);
	const atMs = Date.now();
	await mended(t, node, `ip address del ${lab.vip}/32 dev eth0`, /^10\.77\.0\.100 on eth0 was gone.*: ip address add 10\.77\.0\.100\/32 dev eth0$/);
	await mended(t, node, `ip address del ${vip6}/128 dev eth0`, /^fd00:77::100 on eth0 was gone/);
	for (const mac of await clusterMacs(node)) {
		await mended(t, node, `bridge fdb del ${mac} dev eth0 self`, new RegExp(`^MAC ${mac} on eth0 was gone`));
	}

	t.deepEqual(node.logged('kernel-lost', atMs), []);
	const downAt = await node.run(`ip link set eth0 down
		ip link set eth0 up
		ip address add fd00:77::11/64 dev eth0 nodad`);
	const {afterMs, tookMs} = await node.told('repaired', downAt, /^fd00:77::100 on eth0 was gone/);
	t.log(`ip link set eth0 down; up: whole ${afterMs} ms after the program was started, ${tookMs} ms after the notice`);
	t.regex(await node.snapshot(), /fd00:77::100/);
	await lab.settled();
});

farmTest('an interface that is removed and made anew gets everything again, and the record names nothing that is gone', async t => {
	const lab = await labFor(t, 'repanew');
	const node = await nodeOf(lab);
	const before = await node.snapshot();
	const bare = (text: string): string => text.replaceAll(/fe80::\S+ ?/g, '').replaceAll(/ +/g, ' ').replaceAll('fd00:77::100/128 fd00:77::11/64', 'fd00:77::11/64 fd00:77::100/128');
	const goneAt = await node.run('ip link del eth0');
	await node.told('waiting', goneAt, /interface eth0 is missing/);
	const atMs = Date.now();
	await lab.shell('lan', `ip link add to-web1 type veth peer name eth0 netns farmctl-${lab.name}-web1; ip link set to-web1 master br0 up`);
	await node.run(`ip link set eth0 addrgenmode none
		ip address add 10.77.0.11/16 dev eth0
		ip address add fd00:77::11/64 dev eth0 nodad
		ip address add fe80::1/64 dev eth0 nodad
		ip link set eth0 up`);
	const upAt = Date.now();
	await node.told('repaired', atMs, /^fd00:77::100 on eth0/);
	await node.told('repaired', atMs, /^10\.77\.0\.100 on eth0/);
	const repairs = node.logged('repaired', atMs);
	t.log(`whole ${repairs.map(line => Date.parse(line.at) - upAt).join(', ')} ms after the interface was up, ${repairs.map(line => line.tookMs).join(', ')} ms after the notice`);
	t.is(bare(await node.snapshot()), bare(before));
	const [{ifindex}] = JSON.parse(await node.read('ip -j link show eth0')) as [{ifindex: number}];
	t.deepEqual([...new Set(node.record().map(entry => entry.index))], [ifindex]);
	await lab.settled();
});

farmTest('against a program that insists farmctl backs off, says so, and recovers when it ends', async t => {
	const lab = await labFor(t, 'repinsist');
	const node = await nodeOf(lab);
	const atMs = await node.run(`(until [ -e /run/farmctl-lab/${lab.name}/enough ]; do ip address del ${lab.vip}/32 dev eth0 || true; sleep 0.05; done) >/dev/null 2>&1 &`);
	await node.told('repair-backoff', atMs, /keeps removing 10\.77\.0\.100 on eth0; put back 6 times in 10 s, next after 1 s/);
	await node.told('waiting', atMs, /someone keeps removing 10\.77\.0\.100 on eth0/);
	await until(() => node.logged('repaired', atMs).length >= repairsMax + 3);
	const status = (await lab.nodes()).find(({name}) => name === node.name)!.status!;
	t.is(status.state, 'WAIT');
	t.regex(status.reason!, /someone keeps removing 10\.77\.0\.100 on eth0/);
	const lastAt = node.logged('repaired', atMs).at(-1)!.at;
	const elapsedMs = Date.parse(lastAt) - atMs;
	t.log(`${node.logged('repaired', atMs).length} repairs in ${elapsedMs} ms`);
	t.true(elapsedMs > 2900, 'the first waits are 1 s and 2 s');
	await node.run(`touch /run/farmctl-lab/${lab.name}/enough`);
	const {afterMs} = await node.told('repair-calm', atMs);
	t.true(afterMs > repairCalmMs);
	await lab.settled();
	t.is(node.logged('repair-backoff', atMs).length, 1);
	await mended(t, node, `ip address del ${lab.vip}/32 dev eth0`, /^10\.77\.0\.100 on eth0 was gone/);
});
