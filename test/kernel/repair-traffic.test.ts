/** What clients see while things are taken away and put back: no SYN is answered by two nodes, and connections live on. */

import {spawn} from 'node:child_process';
import {join} from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {nodeOf} from './support/breakage.js';
import {capture} from './support/capture.js';
import {censusOf, twiceAnswered} from './support/census.js';
import {knocker} from './support/knocker.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

/** A SYN on its way is answered, and a program has to look, before all is told. */
const noiseMs = 1000;

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

/** When SYNs were sent that two nodes answered, and how many were answered by one. */
function count(frames: Parameters<typeof censusOf>[0]): {readonly twice: number[]; readonly single: number} {
	const syns = censusOf(frames);
	return {twice: twiceAnswered(syns).map(({atMs}) => atMs), single: syns.filter(({by}) => by.length === 1).length};
}

const kernelFilter = 'tcp port 80 and tcp[tcpflags] & tcp-syn != 0';

farmTest('no SYN is answered twice while addresses, MACs, a link and owned tables are meddled with', async t => {
	const lab = await labFor(t, 'reptraffic');
	const node = await nodeOf(lab);
	const capturing = await capture(lab, kernelFilter);
	const knocking = await knocker(lab, {clients: 8});
	const atMs = Date.now();
	await node.run(`ip address del ${lab.vip}/32 dev eth0`);
	await node.told('repaired', atMs, /^10\.77\.0\.100/);
	await node.run('for mac in $(bridge fdb show dev eth0 | grep -E "^0[23]:" | cut -d" " -f1); do bridge fdb del $mac dev eth0 self; done');
	await node.told('repaired', atMs, /^MAC/);
	await node.run('nft flush ruleset');
	await node.run('ip link set eth0 down; ip link set eth0 up; ip address add fd00:77::11/64 dev eth0 nodad');
	await node.told('repaired', atMs, /^fd00:77::100/);
	await lab.settled();
	await node.run('ip link set eth0 down; sleep 0.5; ip link set eth0 up; ip address add fd00:77::11/64 dev eth0 nodad');
	await lab.settled();
	await knocking.stop();
	const {twice, single} = count(await capturing.stop());
	t.log(`${single} SYNs answered by one node, ${twice.length} by two`);
	t.deepEqual(twice, []);
	t.true(single > 1000);
});

farmTest('a plain table that is deleted opens the node for no longer than it takes to put it back', async t => {
	const lab = await labFor(t, 'repopen');
	const node = await nodeOf(lab);
	await node.goPlain();
	const capturing = await capture(lab, kernelFilter);
	const knocking = await knocker(lab, {clients: 8});
	await served(lab, 500);
	const atMs = await node.run(`nft delete table inet farmctl-${lab.name}`);
	const {afterMs, tookMs} = await node.told('repaired', atMs, /^table inet/);
	await served(lab, 500);
	await lab.settled();
	await knocking.stop();
	const {twice, single} = count(await capturing.stop());
	const last = Math.max(0, ...twice) - atMs;
	const open = twice.length === 0 ? 'never' : `${last.toFixed(0)} ms after the program was started`;
	t.log(`${single} SYNs answered by one node, ${twice.length} by two, the last ${open}; whole ${afterMs} ms after it, ${tookMs} ms after the notice`);
	t.true(last < afterMs + noiseMs);
	t.true(single > 1000);
});

for (const path of ['/stream', '/echo']) {
	farmTest(`connections live through a flush of the connection table, ${path === '/echo' ? 'the client' : 'the server'} speaking first`, async t => {
		const lab = await labFor(t, `repflow${path.slice(1, 3)}`);
		const talks = Array.from({length: 12}, (_, index) => talk(lab, path, `10.77.1.${index + 1}`));
		t.teardown(() => {
			for (const {stop} of talks) {
				stop();
			}
		});
		await until(() => talks.every(({pieces}) => pieces() > 2));
		for (const name of ['web1', 'web2', 'web3']) {
			await lab.shell(name, 'conntrack -F');
		}

		const before = talks.map(({pieces}) => pieces());
		await until(() => talks.every(({pieces, hasEnded}, index) => hasEnded() || pieces() > before[index]! + 5));
		t.deepEqual(talks.filter(({hasEnded}) => hasEnded()).length, 0);
	});
}

type Talk = {readonly pieces: () => number; readonly hasEnded: () => boolean; readonly stop: () => void};

function talk(lab: Lab, path: string, address: string): Talk {
	const child = spawn(...lab.spawnIn('client', process.execPath, join(import.meta.dirname, 'fixtures/talk.js'), lab.vip, '80', path, address), {stdio: ['ignore', 'pipe', 'inherit']});
	let said = '';
	child.stdout.setEncoding('utf8');
	child.stdout.on('data', (chunk: string) => {
		said += chunk;
	});
	return {
		pieces: () => said.split('piece').length - 1,
		hasEnded: () => said.includes('ended'),
		stop() {
			child.kill('SIGKILL');
		},
	};
}

async function served(lab: Lab, packets: number): Promise<void> {
	const accepted = async (): Promise<number> => (await lab.nodes()).reduce((sum, {status}) => sum + (status?.filter.counters?.acceptedPackets ?? 0), 0);
	const before = await accepted();
	await until(async () => await accepted() >= before + packets);
}
