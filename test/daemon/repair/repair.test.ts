import test, {type ExecutionContext} from 'ava';
import {repairsMax} from '../../../src/core/repair/patience.js';
import type {FarmEvent} from '../../../src/core/model/event.js';
import {monoMs} from '../../../src/core/model/time.js';
import {desiredRuleset, ownAddresses} from '../../../src/core/ruleset/desired.js';
import type {Ruleset} from '../../../src/core/ruleset/model.js';
import {nothingKept} from '../../../src/core/ruleset/kept.js';
import {startRepair} from '../../../src/daemon/repair/repair.js';
import {createFakeFilter} from '../../../src/edge/filter/fake.js';
import {createFakeLink} from '../../../src/edge/link/fake.js';
import {farmWith, ruleFor, vip4, vip6, vips} from '../../kernel/support/machine.js';
import {until} from '../../kernel/support/lab.js';

const farm = farmWith({rules: [ruleFor(vips[4], 'tcp', [80], 'client'), ruleFor(vips[6], 'tcp', [80], 'client')]});

const withoutStage2 = ({tables}: Ruleset): Ruleset => ({tables: tables.map(table => ({...table, chains: table.chains.map(chain => chain.name === 'stage2' ? {...chain, rules: []} : chain)}))});

/** A machine in memory on which all is in place. Its clock stands still until the test moves it; the looks are taken in real time. */
async function machine(t: ExecutionContext) {
	let now = 1000;
	const filter = createFakeFilter({now: () => now});
	const link = createFakeLink(['eth0', 'eth1']);
	link.putAddress({interface: 'eth0', address: '192.0.2.11', family: 4, prefixLength: 24, isOurs: false, isRecorded: false});
	for (const vip of [vip4, vip6]) {
		await link.addMac('eth0', vip.mac);
		await link.addAddress('eth0', vip.address);
	}

	const own = ownAddresses(farm, await link.addresses());
	const whole = desiredRuleset(farm, own);
	await filter.install(whole);
	const events: FarmEvent[] = [];
	const lost: string[] = [];
	const reasons: string[] = [];
	const returned: string[] = [];
	const {stop} = startRepair({
		standing: () => ({farm, kept: nothingKept}), filter, link,
		clock: {now: () => monoMs(now), nowFine: () => now, wall: () => new Date(0)},
		record(event) {
			events.push(event);
		},
		exclusively: async work => work(),
		kernelLost(what) {
			lost.push(what);
		},
		hinder(reason) {
			reasons.push(reason);
		},
		returned(name) {
			returned.push(name);
		},
	}, own);
	t.teardown(stop);
	return {
		filter, link, whole, events, lost, reasons, returned,
		pass(ms: number) {
			now += ms;
		},
		named: (name: string): string[] => events.filter(event => event.name === name).map(({message}) => message),
		addresses: async (): Promise<string[]> => (await link.addresses()).map(({address}) => address).toSorted(),
	};
}

const all = ['192.0.2.100', '192.0.2.11', '2001:db8::100'];

test('an address that is taken away is put back and told, and slots stay', async t => {
	const {link, named, lost, addresses, reasons} = await machine(t);
	link.takeAddress('eth0', vips[4]);
	await until(() => named('repaired').length === 1);
	t.is(named('repaired')[0], '192.0.2.100 on eth0 was gone, removed it seems by someone (pid 4711); put back: ip address add 192.0.2.100/32 dev eth0');
	t.deepEqual(await addresses(), all);
	link.takeMac('eth0', vip6.mac);
	await until(() => named('repaired').length === 2);
	t.deepEqual([lost, reasons], [[], []]);
});

test('a deleted table is made anew before anything else, and the core is told', async t => {
	const {filter, whole, named, lost, addresses} = await machine(t);
	filter.meddle('tables', undefined, 'table inet farmctl-kernel-test deleted');
	await until(() => lost.length > 0);
	t.deepEqual(await filter.observe(), whole);
	t.deepEqual(named('repaired'), ['table inet farmctl-kernel-test deleted by someone (pid 4711): the filter was installed anew']);
	t.deepEqual(await addresses(), all);
});

test('a changed chain is rewritten in place', async t => {
	const {filter, whole, named, lost} = await machine(t);
	filter.meddle('rules', withoutStage2(whole));
	await until(() => named('repaired').length > 0);
	t.is(named('repaired')[0], 'chain stage2 was changed by someone (pid 4711): put back in place');
	t.deepEqual(lost, []);
});

test('touched elements are told to the core at once', async t => {
	const {filter, whole, named, lost} = await machine(t);
	filter.meddle('live', whole, 'element of set slots added');
	t.deepEqual(lost, ['element of set slots added by someone (pid 4711)'], 'within the notice itself');
	await until(() => named('repaired').length > 0);
	t.is(lost.length, 1);
});

test('lost notices ask for a look at everything', async t => {
	const {filter, whole, named} = await machine(t);
	filter.meddle('unknown', withoutStage2(whole));
	await until(() => named('repaired').length > 0);
	t.pass();
});

test('while the filter cannot be put back the VIPs are down, and they return with it', async t => {
	const {filter, link, named, addresses, reasons, pass} = await machine(t);
	filter.refuseNext('EPERM');
	filter.meddle('tables', undefined, 'table inet farmctl-kernel-test deleted');
	await until(() => named('vip').length > 0);
	await until(async () => (await addresses()).join(' ') === '192.0.2.11');
	t.is(named('repair-failed').length, 1);
	t.regex(reasons.at(-1)!, /the filter cannot be put back: .*EPERM/);
	t.true(link.changes.some(change => change.startsWith('removeAddress')));
	pass(100);
	await until(async () => (await addresses()).join(' ') === all.join(' '));
	t.is(reasons.at(-1), '');
	t.is(named('repaired').length, 1, 'what farmctl took down itself is no repair');
});

test('against someone who insists: waits, says so once, and is as before when he stops', async t => {
	const {link, named, reasons, pass} = await machine(t);
	for (let count = 1; count <= repairsMax + 1; count++) {
		link.takeAddress('eth0', vips[4]);
		await until(() => named('repaired').length === count);
	}

	await until(() => reasons.length > 0);
	t.deepEqual(reasons, ['someone keeps removing 192.0.2.100 on eth0']);
	link.takeAddress('eth0', vips[4]);
	await until(() => link.changes.length > 0);
	t.is(named('repaired').length, repairsMax + 1, 'held');
	pass(1001);
	await until(() => named('repaired').length === repairsMax + 2);
	pass(5001);
	await until(() => named('repair-calm').length === 1);
	await until(() => reasons.at(-1) === '');
	t.is(named('repair-backoff').length, 1);
});

test('an interface that is gone is waited for; one that is made anew gets everything, and the record is cleared of the old one', async t => {
	const {link, named, addresses, reasons, returned} = await machine(t);
	link.removeInterface('eth0');
	await until(() => reasons.length > 0);
	t.is(reasons.at(-1), 'the VIPs are not yet on eth0 again');
	t.is(named('repaired').length, 0);
	link.makeInterface('eth0');
	await until(() => reasons.at(-1) === '');
	t.deepEqual(await addresses(), ['192.0.2.100', '2001:db8::100']);
	t.deepEqual(returned, ['eth0']);
	t.true(link.changes.includes('forgetGone'));
	t.deepEqual(named('repair-failed'), []);
});

test('what is taken off another interface is nobody\'s business', async t => {
	const {link, events} = await machine(t);
	link.setCarrier('eth1', false);
	link.takeMac('eth1', '02:00:00:00:00:99');
	link.takeAddress('eth0', vips[6]);
	await until(() => events.length > 0);
	t.is(events.length, 1);
});
