/**
A bridge that snoops with a querier, as a good switch does, and the frames of a multicast VIP: a multicast MAC around a unicast IP destination.

	client -- \/
	member0 -- bridge (mcast_snooping, mcast_querier)
	member1 -- /\
	bystander -- a port that never asks for anything

The bridge looks the *IP destination* up, finds no group, and gives the frame to its router ports only.
*/
import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import type {AddressFamily} from '../../src/core/model/farm.js';
import {encodeDiscovery} from '../../src/edge/snooping/messages.js';
import {openRawSender} from '../../src/edge/snooping/raw-socket.js';
import {udpFrame} from './support/frame.js';
import {createNamespace, whyNoNamespace, type Namespace} from './support/namespace.js';
import {Wire} from './support/wire.js';

const clusterMac = '03:00:5e:00:01:00';
const ends = {
	4: {sourceMac: '02:00:00:00:00:99', targetMac: clusterMac, source: '192.0.2.50', target: '192.0.2.100'},
	6: {sourceMac: '02:00:00:00:00:99', targetMac: clusterMac, source: '2001:db8::50', target: '2001:db8::100'},
} as const;

const members = ['member0', 'member1'] as const;
const receivers = [...members, 'bystander'] as const;
const burst = 10;
const deadlineMs = 20_000;

/** Bridge first, so that its own queries are out (and it believes in a querier) as soon as may be; the times are in hundredths of a second. */
function createSwitch(): Namespace {
	const namespace = createNamespace();
	namespace.sh('ip', 'link', 'add', 'bridge', 'type', 'bridge', 'mcast_snooping', '1', 'mcast_query_response_interval', '10', 'mcast_startup_query_interval', '50');
	namespace.sh('ip', 'link', 'set', 'bridge', 'up');
	for (const name of ['client', ...receivers]) {
		namespace.sh('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}-port`);
		namespace.sh('ip', 'link', 'set', `${name}-port`, 'master', 'bridge', 'up');
		namespace.sh('ip', 'link', 'set', name, 'up');
	}

	namespace.sh('ip', 'link', 'set', 'bridge', 'type', 'bridge', 'mcast_querier', '1');
	return namespace;
}

type Wires = Readonly<Record<'client' | typeof receivers[number], Wire>>;

const openWires = (namespace: Namespace): Wires => ({
	client: new Wire(namespace, 'client'),
	member0: new Wire(namespace, 'member0'),
	member1: new Wire(namespace, 'member1'),
	bystander: new Wire(namespace, 'bystander'),
});

/** How many of a burst reached each receiver. */
async function send(wires: Wires, family: AddressFamily): Promise<readonly number[]> {
	for (const name of receivers) {
		wires[name].forget();
	}

	wires.client.send(...Array.from({length: burst}, () => udpFrame(ends[family], 4000, 4000, Buffer.alloc(8))));
	await wires.bystander.settle();
	return receivers.map(name => wires[name].seen.filter(frame => frame.targetMac === clusterMac).length);
}

/** Sends bursts until they spread as expected, or gives the last one after the deadline. */
async function sendUntil(wires: Wires, family: AddressFamily, expected: readonly number[]): Promise<readonly number[]> {
	const end = performance.now() + deadlineMs;
	for (;;) {
		const counts = await send(wires, family);
		if (String(counts) === String(expected) || performance.now() > end) {
			return counts;
		}

		await sleep(20);
	}
}

const reason = whyNoNamespace();
for (const family of [4, 6] as const) {
	const title = `IPv${family}: a bridge that snoops sends frames for the cluster MAC to the nodes that advertise themselves, and to no one else`;
	if (reason !== undefined) {
		test.skip(`${title} (${reason})`, t => {
			t.fail();
		});
		continue;
	}

	test(title, async t => {
		const namespace = createSwitch();
		const wires = openWires(namespace);
		t.teardown(() => {
			for (const wire of Object.values(wires)) {
				wire.close();
			}

			namespace.close();
		});

		t.deepEqual(await sendUntil(wires, family, [0, 0, 0]), [0, 0, 0], 'without advertisements nobody gets them');
		const sendRaw = await openRawSender();
		namespace.run(() => {
			for (const name of members) {
				sendRaw(name, family, encodeDiscovery('advertisement', family, 20));
			}
		});
		t.deepEqual(await sendUntil(wires, family, [burst, burst, 0]), [burst, burst, 0], 'the members, and only they');
	});
}
