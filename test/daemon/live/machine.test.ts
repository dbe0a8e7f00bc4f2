import test, {type ExecutionContext} from 'ava';
import type {FarmEvent} from '../../../src/core/model/event.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {desiredRuleset, ownAddresses} from '../../../src/core/ruleset/desired.js';
import {diffRulesets} from '../../../src/core/ruleset/diff.js';
import {nothingKept} from '../../../src/core/ruleset/kept.js';
import {createMachine, type Follower} from '../../../src/daemon/live/machine.js';
import {standingOf} from '../../../src/daemon/live/standing.js';
import {createFakeFilter} from '../../../src/edge/filter/fake.js';
import {createFakeLink} from '../../../src/edge/link/fake.js';
import {farmWith, ruleFor, vip4, vip6, vips} from '../../kernel/support/machine.js';

const second = {...vip4, address: '192.0.2.101', mac: '0a:00:00:00:00:65'};
const before = farmWith({vips: [vip4, vip6], rules: [ruleFor(vips[4], 'tcp', [80], 'client'), ruleFor(vips[6], 'tcp', [80], 'client')]});
const after: Farm = {...before, vips: [{...vip4, mac: '0a:00:00:00:00:99'}, second], rules: [ruleFor(vips[4], 'tcp', [80], 'connection'), ruleFor(second.address, 'tcp', [80], 'client')]};
const leaseMs = 200;

/** A machine in memory on which the first farm stands, with a lease. */
async function machine(t: ExecutionContext, followers: readonly Follower[] = []) {
	const filter = createFakeFilter({now: () => 1000});
	const link = createFakeLink(['eth0']);
	link.putAddress({interface: 'eth0', address: '192.0.2.11', family: 4, prefixLength: 24, isOurs: false, isRecorded: false});
	for (const vip of before.vips) {
		await link.addMac('eth0', vip.mac);
		await link.addAddress('eth0', vip.address);
	}

	const own = ownAddresses(before, await link.addresses());
	await filter.install(desiredRuleset(before, own));
	await filter.openLease(leaseMs);
	const events: FarmEvent[] = [];
	const subject = createMachine(standingOf(before), own, () => ({
		filter, link, followers, exclusively: async work => work(), leaseRestMs: () => leaseMs,
		record(event) {
			events.push(event);
		},
		repairing: {async stop() {}, during: async work => work()},
	}));
	const holds = async (farm: Farm): Promise<void> => {
		t.deepEqual(diffRulesets(desiredRuleset(farm, ownAddresses(farm, await link.addresses())), await filter.observe()), []);
		t.deepEqual((await link.addresses()).filter(({isOurs}) => isOurs).map(({address}) => address).toSorted(), farm.vips.map(({address}) => address).toSorted());
		t.deepEqual((await link.macs()).filter(({isOurs}) => isOurs).map(({mac}) => mac).toSorted(), [...new Set(farm.vips.map(({mac}) => mac))].toSorted());
		t.is(subject.standing().farm, farm);
		t.true(filter.hasLease());
	};

	return {filter, link, subject, events, holds};
}

test('all of it becomes another, and the lease stays; addresses go before the filter that knows them, and come after it', async t => {
	const {link, subject, holds} = await machine(t);
	const asked = link.changes.length;
	await subject.become(standingOf(after));
	await holds(after);
	const verbs = link.changes.slice(asked).map(change => change.split(' ', 1)[0]);
	t.deepEqual(verbs, ['removeAddress', 'addMac', 'addMac', 'addAddress', 'removeMac', 'removeMac']);
	await subject.become(standingOf(before));
	await holds(before);
});

test('a MAC that is kept stays, and so do the ports', async t => {
	const {filter, link, subject} = await machine(t);
	const kept = {macs: [{interface: 'eth0', mac: vip4.mac}], ports: [{vip: vips[4], protocol: 'tcp' as const, ports: [{from: 80, to: 80}]}]};
	await subject.become({farm: after, kept});
	t.true((await link.macs()).some(({mac}) => mac === vip4.mac));
	const stage1 = (await filter.observe())!.tables.flatMap(({chains}) => chains).find(({name}) => name === 'vip-192.0.2.100')!;
	t.true(JSON.stringify(stage1.rules).includes('"chain":"retained"'));
	await subject.become({farm: after, kept: nothingKept});
	t.false((await link.macs()).some(({mac}) => mac === vip4.mac));
});

test('what the filter refuses leaves all as it was', async t => {
	const {filter, subject, holds} = await machine(t);
	filter.refuseNext('EINVAL');
	await t.throwsAsync(subject.become(standingOf(after)), {message: /EINVAL/});
	await holds(before);
});

test('what an interface refuses leaves all as it was, at the first step and at the last', async t => {
	const {link, subject, holds, events} = await machine(t);
	link.failNext(new Error('no such thing'));
	await t.throwsAsync(subject.become(standingOf(after)), {message: 'no such thing'});
	await holds(before);
	const {addAddress} = link;
	(link as {addAddress: typeof addAddress}).addAddress = async (name, address) => {
		if (address === second.address) {
			throw new Error('no room');
		}

		return addAddress(name, address);
	};

	await t.throwsAsync(subject.become(standingOf(after)), {message: 'no room'});
	await holds(before);
	t.deepEqual(events.filter(({level}) => level === 'error'), []);
});

test('a part that cannot follow stops it before the kernel is touched, and those that have go back', async t => {
	const followed: Farm[] = [];
	const willing: Follower = {
		async follow({farm}) {
			followed.push(farm);
		},
	};
	const unwilling: Follower = {
		async follow({farm}) {
			if (farm === after) {
				throw new Error('the port is in use');
			}
		},
	};
	const {link, subject, holds} = await machine(t, [willing, unwilling]);
	const asked = link.changes.length;
	await t.throwsAsync(subject.become(standingOf(after)), {message: 'the port is in use'});
	t.deepEqual(followed, [after, before]);
	t.is(link.changes.length, asked);
	await holds(before);
});

test('an interface that is missing is told before anything is changed', async t => {
	const {link, subject} = await machine(t);
	const asked = link.changes.length;
	await t.throwsAsync(subject.become(standingOf({...after, vips: [{...second, interface: 'eth7'}]})), {message: /eth7/});
	t.is(link.changes.length, asked);
});
