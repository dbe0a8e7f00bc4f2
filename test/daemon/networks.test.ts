import {setTimeout as delay} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {channels} from '../../src/edge/seal/header.js';
import {
	heartbeatOf, heartbeatsIn, lan, type Sent,
} from './lan.js';

/** The interval of the heartbeats: probes are timed by the real clock, and what is known from them fades by the LAN's. */
const pollMs = 50;
const deadlineMs = 20_000;

/** Beats on until it is so. */
async function beatUntil(farm: ReturnType<typeof lan>, isSo: () => boolean): Promise<void> {
	const end = Date.now() + deadlineMs;
	while (!isSo()) {
		if (Date.now() > end) {
			throw new Error(`not so within ${deadlineMs} ms`);
		}

		farm.beat(1);

		await delay(pollMs);
	}
}

function farmFor(t: ExecutionContext, useGroup: readonly boolean[], networksCount: number, loses: (sent: Sent, receiver: number) => boolean = () => false) {
	const farm = lan(useGroup, networksCount, loses);
	t.teardown(farm.stop);
	return farm;
}

const everyWay = (count: number): Set<string> => new Set(Array.from({length: count * count}, (_, index) => [Math.floor(index / count) + 1, (index % count) + 1] as const)
	.filter(([from, to]) => from !== to).map(([from, to]) => `${from}>${to}`));

test('each heartbeat is heard once, and both networks are measured', async t => {
	const farm = farmFor(t, [false, false], 2);
	farm.beat(10);
	t.is(farm.heard.filter(way => way === '1>2').length, 10);
	await beatUntil(farm, () => farm.ways(1, 2).every(({rttMs, lossPercent}) => rttMs !== null && lossPercent === 0));
	t.deepEqual(farm.ways(1, 2).map(({lastHeardMs}) => lastHeardMs), [0, 0]);
	t.deepEqual(farm.ways(1, 1).map(({network, address, rttMs}) => [network, address, rttMs]), [[1, '10.0.0.1', null], [2, '10.1.0.1', null]]);
	t.deepEqual(farm.rejected, []);
	t.deepEqual([...farm.clocksTold].toSorted(), ['1>2 1000 5000', '2>1 2000 10000'], 'each answer carries the clocks of its sender');
});

test('loss is told of the network that has it, at the node that misses them', async t => {
	let count = 0;
	const farm = farmFor(t, [false, false], 2, ({channel, network, from}) => channel === channels.heartbeat && network === 1 && from === 1 && ++count % 5 === 0);
	// The first answers are about few heartbeats, where the machine stalls.
	const isAFifth = (): boolean => Math.abs((farm.ways(2, 1)[1]!.lossPercent ?? 0) - 20) < 5;
	await beatUntil(farm, () => isAFifth() && [...farm.ways(1, 2), ...farm.ways(2, 1)].every(({lossPercent}) => lossPercent !== null));
	t.is(farm.ways(2, 1)[0]!.lossPercent, 0);
	t.is(farm.ways(1, 2)[1]!.lossPercent, 0);
});

test('a network that fails is told, and again when it is back', async t => {
	let isCut = false;
	const farm = farmFor(t, [false, false], 2, ({network, from}) => isCut && network === 1 && from === 2);
	await beatUntil(farm, () => farm.ways(1, 2)[1]!.rttMs !== null);
	isCut = true;
	await beatUntil(farm, () => farm.ways(1, 2)[1]!.isLost);
	t.is(farm.ways(1, 2)[1]!.lossPercent, 100);
	t.false(farm.ways(2, 1)[1]!.isLost, 'the other direction still works');
	isCut = false;
	await beatUntil(farm, () => !farm.ways(1, 2)[1]!.isLost);
	t.deepEqual(farm.events.map(({name, fields}) => `${name} ${fields!.network} ${fields!.nodes}`), ['network-lost 2 web2', 'network-back 2 web2']);
});

test('a probe that came by another network than it was sent by is refused', async t => {
	const farm = farmFor(t, [false, false], 2);
	farm.beat(1);
	const {heartbeats} = farm.members[1]!;
	const receive = heartbeats.receive.bind(heartbeats);
	farm.members[1]!.heartbeats = {
		...heartbeats, receive(datagram) {
			receive({...datagram, network: 1 - datagram.network!});
		},
	};
	await beatUntil(farm, () => farm.rejected.includes('astray'));
	t.is(farm.ways(2, 1)[0]!.rttMs, null);
});

test('a group replaces the copies to those that say it reaches them, and to nobody else', async t => {
	const farm = farmFor(t, [true, true, false], 2);
	farm.beat(1);
	t.deepEqual(new Set(farm.heard), everyWay(3), 'before anyone said anything');
	t.is(heartbeatsIn(farm.log, 1, 2), 2, 'its own copies, as well as to the group');
	const silenceTo2 = (): boolean => {
		const before = heartbeatsIn(farm.log, 1, 2) + heartbeatsIn(farm.log, 2, 1);
		farm.beat(1);
		return heartbeatsIn(farm.log, 1, 2) + heartbeatsIn(farm.log, 2, 1) === before;
	};

	await beatUntil(farm, silenceTo2);
	farm.log.length = 0;
	farm.heard.length = 0;
	farm.beat(5);
	t.is(farm.heard.length, 5 * 6);
	t.deepEqual(new Set(farm.heard), everyWay(3), 'a farm of both kinds hears one another');
	t.deepEqual([1, 2, 3].map(to => heartbeatsIn(farm.log, 1, to)), [0, 0, 10]);
	t.is(heartbeatsIn(farm.log, 1, 'group'), 10, 'one a network');
	await beatUntil(farm, () => farm.ways(2, 1).every(({lossPercent}) => lossPercent === 0));
	t.deepEqual(farm.rejected, []);
});

test('where the group stops arriving, copies of their own come again', async t => {
	let isFiltered = false;
	const farm = farmFor(t, [true, true], 1, ({to}) => isFiltered && to === 'group');
	await beatUntil(farm, () => farm.ways(2, 1)[0]!.rttMs !== null && farm.ways(1, 2)[0]!.rttMs !== null);
	isFiltered = true;
	farm.heard.length = 0;
	await beatUntil(farm, () => new Set(farm.heard).size === everyWay(2).size);
	t.pass();
});

test('a message to some peers goes to them alone', t => {
	const farm = farmFor(t, [true, true, true], 1);
	const sent: string[] = [];
	farm.members[0]!.heartbeats.send({
		send(_network, address) {
			sent.push(address);
		},
		sendToGroup() {
			sent.push('group');
			return true;
		},
		close() {},
	}, [2], heartbeatOf(1, 9));
	t.deepEqual(sent, ['10.0.0.2']);
});
