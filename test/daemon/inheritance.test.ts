import test from 'ava';
import {allSlots, noSlots} from '../../src/core/model/slot-set.js';
import {desiredRuleset} from '../../src/core/ruleset/desired.js';
import {inheritedSlots} from '../../src/daemon/inheritance.js';
import {createFakeFilter, type FakeFilter} from '../../src/edge/filter/fake.js';
import {KernelFailure} from '../../src/errors.js';
import {contractFarm} from '../edge/filter/contract.js';
import {evenSlots, oddSlots, slotTable} from '../kernel/support/machine.js';

const contractRuleset = desiredRuleset(contractFarm, {});

async function leftBehind(slots: Parameters<typeof slotTable>[0]): Promise<FakeFilter> {
	const filter = createFakeFilter({now: () => 0});
	await filter.install(contractRuleset);
	await filter.setSlots(slotTable(slots));
	return filter;
}

test('nothing is inherited from nobody, or from a table without slots', async t => {
	t.deepEqual(await inheritedSlots(createFakeFilter({now: () => 0}), contractRuleset, 1), noSlots);
	t.deepEqual(await inheritedSlots(await leftBehind({}), contractRuleset, 1), noSlots);
	const foreign = {
		observe: async () => contractRuleset,
		async observeSlots() {
			throw new KernelFailure('there are none', {errno: 'ENOENT'});
		},
	};
	t.deepEqual(await inheritedSlots(foreign, contractRuleset, 1), noSlots);
});

test('what was owned and what was retained is inherited, also when this node\'s own addresses have changed', async t => {
	const filter = await leftBehind({owned: evenSlots, retained: oddSlots.map((word, index) => index === 0 ? word : 0)});
	const {owned, retained} = await filter.observeSlots();
	const expected = owned.map((word, index) => word | retained[index]!);
	t.deepEqual(await inheritedSlots(filter, contractRuleset, 1), expected);
	t.deepEqual(await inheritedSlots(filter, desiredRuleset(contractFarm, {'192.0.2.100': '192.0.2.12'}), 1), expected);
});

test('where clients were dealt to slots in another way it may be any slot', async t => {
	const filter = await leftBehind({owned: evenSlots});
	t.deepEqual(await inheritedSlots(filter, desiredRuleset({...contractFarm, seed: 1}, {}), 1), allSlots);
});
