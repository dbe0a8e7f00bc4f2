/** What every filter does, the kernel's and the one in memory: one list of cases for both. */

import anyTest, {type ExecutionContext, type TestFn} from 'ava';
import {allSlots, isEmptySlots, listSlots, minusSlots, noSlots, slotSetOf, slotStride, unionSlots, type SlotSet} from '../../../src/core/model/slot-set.js';
import {desiredRuleset} from '../../../src/core/ruleset/desired.js';
import {diffRulesets, describeDifferences} from '../../../src/core/ruleset/diff.js';
import type {BackEnd} from '../../../src/core/model/farm.js';
import type {Ruleset} from '../../../src/core/ruleset/model.js';
import type {FakeFilter} from '../../../src/edge/filter/fake.js';
import type {Filter} from '../../../src/edge/filter/port.js';
import {KernelFailure} from '../../../src/errors.js';
import {evenSlots, farmWith, oddSlots, ruleFor, slotTable, vip4, vip6, vips} from '../../kernel/support/machine.js';

export type ContractSubject = {
	readonly filter: Filter;
	/** What its rulesets are for. */
	readonly backend: BackEnd;
	/** Lets this much time go by for the leases. */
	readonly pass: (ms: number) => Promise<void>;
	readonly close: () => void;
};

type Case = (t: ExecutionContext, subject: ContractSubject & Rulesets) => Promise<void>;

/** Interface `lo` is everywhere. */
export const contractFarm = farmWith({
	vips: [vip4, vip6].map(vip => ({...vip, interface: 'lo'})),
	rules: [ruleFor(vips[4], 'tcp', [80, 443], 'client'), ruleFor(vips[4], 'udp', [53], 'connection', 'static'), {...ruleFor(vips[6], 'tcp', [], 'network'), ports: [{from: 8000, to: 8010}]}],
	groups: ['default', 'static', 'unused'],
});

const smallFarm = farmWith({vips: [{...vip4, interface: 'lo'}], rules: [ruleFor(vips[4], 'tcp', [80], 'client')]});

type Rulesets = {readonly full: Ruleset; readonly small: Ruleset};

const rulesetsFor = (backend: BackEnd): Rulesets => ({
	full: desiredRuleset({...contractFarm, backend}, {[vips[4]]: '192.0.2.11'}),
	small: desiredRuleset({...smallFarm, backend}, {}),
});

const leaseMs = 2000;
/** Never over while a test runs. */
const longMs = 600_000;

const cases: Readonly<Record<string, Case>> = {
	async 'holds nothing at first, and removing nothing is fine'(t, {filter}) {
		t.is(await filter.observe(), undefined);
		await t.notThrowsAsync(filter.remove());
	},
	async 'observes what was installed, without slots'(t, {filter, full}) {
		await filter.install(full);
		t.deepEqual(describeDifferences(diffRulesets(full, await filter.observe())), []);
		t.deepEqual(await filter.observeSlots(), slotTable({}));
	},
	async 'installs over what stands there, and starts without slots and lease'(t, {filter, full, small}) {
		await filter.install(small);
		await filter.setSlots(slotTable({owned: allSlots}));
		await filter.openLease(undefined);
		await filter.install(full);
		t.deepEqual(diffRulesets(full, await filter.observe()), []);
		t.deepEqual(await filter.observeSlots(), slotTable({}));
		t.is(await filter.renewLease(leaseMs), 'lapsed');
	},
	async 'makes a table that is gone, without slots and lease, and touches no other'(t, {filter, backend, full}) {
		await filter.install({tables: full.tables.filter(({family}) => family === 'arp')});
		t.deepEqual([...await filter.restore(full)].toSorted(), backend === 'nft' ? ['inet', 'netdev'] : ['inet', 'ip', 'ip6', 'netdev']);
		t.deepEqual(diffRulesets(full, await filter.observe()), []);
		await filter.setSlots(slotTable({owned: evenSlots}));
		await filter.openLease(undefined);
		t.deepEqual(await filter.restore(full), []);
		t.deepEqual(await filter.observeSlots(), slotTable({owned: evenSlots}));
		t.is(await filter.renewLease(leaseMs), 'done');
	},
	async 'rewrites chains in place, with slots and lease left as they are'(t, {filter, full}) {
		const broken: Ruleset = {
			tables: full.tables.map(table => ({
				...table,
				chains: table.chains.filter(({name}) => name !== 'ingress-lo').map(chain => chain.name.endsWith('stage2') ? {...chain, rules: []} : chain),
			})),
		};
		await filter.install(broken);
		await filter.setSlots(slotTable({owned: evenSlots}));
		await filter.openLease(undefined);
		t.true(await filter.rewrite(diffRulesets(await filter.observe(), full)));
		t.deepEqual(diffRulesets(full, await filter.observe()), []);
		t.deepEqual(await filter.observeSlots(), slotTable({owned: evenSlots}));
		t.is(await filter.renewLease(leaseMs), 'done');
	},
	async 'changes into another ruleset while it stands, and back, with slots and lease left as they are, and a lease for VIPs that come'(t, {filter, full, small}) {
		const slots = slotTable({owned: evenSlots, retained: oddSlots});
		await filter.install(small);
		await filter.setSlots(slots);
		await filter.openLease(longMs);
		for (const [from, to] of [[small, small], [small, full], [full, small], [small, full]] as const) {
			await filter.reshape(from, to, longMs);
			t.deepEqual(describeDifferences(diffRulesets(to, await filter.observe())), []);
			t.deepEqual(await filter.observeSlots(), slots);
			t.is(await filter.renewLease(longMs), 'done');
		}

		await filter.closeLease();
		t.is(await filter.renewLease(longMs), 'lapsed');
		await filter.reshape(full, small, undefined);
		await filter.reshape(small, full, undefined);
		await filter.openLease(longMs);
		t.is(await filter.renewLease(longMs), 'done');
	},
	async 'keeps the numbers of slots when a group goes'(t, {filter, backend, full}) {
		const [first, second, third] = [slotSetOf([1]), slotSetOf([slotStride + 2]), slotSetOf([(2 * slotStride) + 3])];
		const groups = contractFarm.groups.filter(({name}) => name !== 'static');
		const others = desiredRuleset({...contractFarm, backend, groups, rules: contractFarm.rules.map(rule => ({...rule, group: 'unused'}))}, {});
		await filter.install(full);
		await filter.setSlots(slotTable({owned: [first, second, third].reduce((a, b) => unionSlots(a, b))}));
		await filter.reshape(full, others, undefined);
		t.deepEqual(diffRulesets(others, await filter.observe()), []);
		t.deepEqual(listSlots((await filter.observeSlots()).owned).filter(slot => slot < 2 * slotStride), [1, slotStride + 2]);
	},
	async 'changes nothing when another ruleset is refused'(t, {filter, full, small}) {
		await filter.install(small);
		await filter.setSlots(slotTable({owned: evenSlots}));
		await filter.openLease(longMs);
		if ('refuseNext' in filter) {
			(filter as FakeFilter).refuseNext('ENOENT');
		}

		const unknown: Ruleset = {
			tables: full.tables.map(table => table.family === 'netdev'
				? {...table, chains: [...table.chains, {name: 'astray', rules: [[{kind: 'dispatch', field: 'ip daddr', map: 'nothing'}]]}]}
				: table),
		};
		await t.throwsAsync(filter.reshape(small, unknown, longMs), {instanceOf: KernelFailure});
		t.deepEqual(diffRulesets(small, await filter.observe()), []);
		t.deepEqual(await filter.observeSlots(), slotTable({owned: evenSlots}));
		t.is(await filter.renewLease(longMs), 'done');
	},
	async 'does not rewrite what is more than chains'(t, {filter, full, small}) {
		await filter.install(small);
		t.false(await filter.rewrite(diffRulesets(await filter.observe(), full)));
		t.deepEqual(diffRulesets(small, await filter.observe()), []);
	},
	async 'removes everything'(t, {filter, full}) {
		await filter.install(full);
		await filter.remove();
		t.is(await filter.observe(), undefined);
	},
	async 'makes the slot table exactly so, again and again'(t, {filter, full}) {
		await filter.install(full);
		const some = slotSetOf([0, 7, 31, 32, 2519]);
		const tables = [
			slotTable({owned: evenSlots, retained: oddSlots, resettable: some}),
			slotTable({owned: oddSlots, retained: evenSlots}),
			slotTable({owned: oddSlots, retained: evenSlots}),
			slotTable({owned: allSlots, resettable: allSlots}),
			slotTable({retained: minusSlots(allSlots, some)}),
			slotTable({owned: noSlots}),
		];
		for (const table of tables) {
			await filter.setSlots(table);
			t.deepEqual(await filter.observeSlots(), table);
		}
	},
	async 'keeps the slots of groups apart'(t, {filter, full}) {
		await filter.install(full);
		const inGroup = (group: number, slots: SlotSet): SlotSet => slotSetOf(listSlots(slots).map(slot => (group * slotStride) + slot));
		const some = slotSetOf([0, 7, 31, 32, 2519]);
		const tables = [
			slotTable({owned: unionSlots(evenSlots, inGroup(1, oddSlots)), retained: inGroup(2, some), resettable: inGroup(1, some)}),
			slotTable({owned: inGroup(2, allSlots), retained: unionSlots(some, inGroup(1, some))}),
			slotTable({owned: some, resettable: some}),
		];
		for (const table of tables) {
			await filter.setSlots(table);
			const held = await filter.observeSlots();
			t.deepEqual(Object.entries(held).map(([name, slots]) => [name, listSlots(slots)]), Object.entries(table).map(([name, slots]) => [name, listSlots(slots)]));
		}

		await filter.clear();
		t.true(isEmptySlots((await filter.observeSlots()).owned));
	},
	async 'passing a gate moves all slots behind it at once, and once'(t, {filter, full}) {
		await filter.install(full);
		const [some, others] = [slotSetOf([0, 7, 31]), slotSetOf([2, 4, 2518])];
		const table = slotTable({owned: minusSlots(oddSlots, some), leaving: some, arriving: others, resettable: slotSetOf([1])});
		await t.throwsAsync(filter.passGate('leaving'), {instanceOf: KernelFailure}, 'nothing stands behind it');
		for (const isAgain of [false, true]) {
			await filter.setSlots(table);
			t.deepEqual(await filter.observeSlots(), table, `again: ${isAgain}`);
			await filter.passGate('leaving');
			const left = {...table, leaving: noSlots, retained: some};
			t.deepEqual(await filter.observeSlots(), left);
			await filter.passGate('arriving');
			t.deepEqual(await filter.observeSlots(), {...left, arriving: noSlots, owned: unionSlots(table.owned, others)});
		}

		await t.throwsAsync(filter.passGate('arriving'), {instanceOf: KernelFailure});
		await filter.setSlots(slotTable({owned: allSlots}));
		t.deepEqual(await filter.observeSlots(), slotTable({owned: allSlots}));
	},
	async 'a lease opens once, is renewed, and ends by itself'(t, {filter, pass, full}) {
		await filter.install(full);
		await filter.openLease(leaseMs);
		const error = await t.throwsAsync(filter.openLease(leaseMs), {instanceOf: KernelFailure});
		t.is(error.errno, 'EEXIST');
		t.is(await filter.renewLease(leaseMs), 'done');
		t.is(await filter.renewLease(100), 'done');
		await pass(110);
		t.is(await filter.renewLease(leaseMs), 'lapsed');
		t.is(await filter.renewLease(leaseMs), 'lapsed');
		await filter.openLease(leaseMs);
		t.is(await filter.renewLease(leaseMs), 'done');
	},
	async 'a lease without an end can be closed, also where there is none'(t, {filter, full}) {
		await filter.install(full);
		await filter.openLease(undefined);
		await filter.closeLease();
		await filter.closeLease();
		t.is(await filter.renewLease(leaseMs), 'lapsed');
	},
	async 'a renewal for no time at all ends the lease'(t, {filter, full}) {
		await filter.install(full);
		await filter.openLease(leaseMs);
		t.is(await filter.renewLease(0.5), 'lapsed');
		t.is(await filter.renewLease(leaseMs), 'lapsed');
	},
	async 'clear takes slots and lease, also twice'(t, {filter, full}) {
		await filter.install(full);
		await filter.setSlots(slotTable({owned: allSlots, resettable: allSlots}));
		await filter.openLease(undefined);
		await filter.clear();
		await filter.clear();
		t.deepEqual(await filter.observeSlots(), slotTable({}));
		t.is(await filter.renewLease(leaseMs), 'lapsed');
		await filter.setSlots(slotTable({owned: evenSlots}));
		t.deepEqual(await filter.observeSlots(), slotTable({owned: evenSlots}));
	},
	async 'clear and install leave what is to be retained'(t, {filter, full}) {
		await filter.install(full);
		await filter.setSlots(slotTable({owned: allSlots, resettable: allSlots}));
		await filter.openLease(undefined);
		await filter.clear(oddSlots);
		t.deepEqual(await filter.observeSlots(), slotTable({retained: oddSlots}));
		t.is(await filter.renewLease(leaseMs), 'lapsed');
		await filter.setSlots(slotTable({owned: evenSlots, retained: oddSlots}));
		t.deepEqual(await filter.observeSlots(), slotTable({owned: evenSlots, retained: oddSlots}));
		await filter.openLease(undefined);
		await filter.install(full, evenSlots);
		t.deepEqual(await filter.observeSlots(), slotTable({retained: evenSlots}));
		t.is(await filter.renewLease(leaseMs), 'lapsed');
		await filter.setSlots(slotTable({owned: evenSlots}));
		t.deepEqual(await filter.observeSlots(), slotTable({owned: evenSlots}));
	},
	async 'refuses slots and leases where nothing is installed'(t, {filter}) {
		const calls = [
			async () => filter.setSlots(slotTable({owned: evenSlots})),
			async () => filter.openLease(leaseMs),
			async () => filter.renewLease(leaseMs),
			async () => filter.closeLease(),
			async () => filter.clear(),
		];
		for (const call of calls) {
			const error = await t.throwsAsync(call(), {instanceOf: KernelFailure});
			t.is(error.errno, 'ENOENT');
		}
	},
	async 'counts from nothing'(t, {filter, full}) {
		await filter.install(full);
		t.deepEqual(await filter.counters(), {foreignPackets: 0, leaselessPackets: 0, unnamedPackets: 0, acceptedPackets: 0, unknownPackets: 0});
	},
};

/** Registers every case for the filter that `create` makes. */
export function testContract(name: string, create: () => ContractSubject, test: TestFn | typeof anyTest.skip = anyTest): void {
	for (const [title, run] of Object.entries(cases)) {
		test(`${name}: ${title}`, async t => {
			const subject = create();
			t.teardown(() => {
				subject.close();
			});
			await run(t, {...subject, ...rulesetsFor(subject.backend)});
		});
	}
}
