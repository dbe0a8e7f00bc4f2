import test from 'ava';
import fc from 'fast-check';
import {plainGroup} from '../../../src/core/model/group.js';
import {allSlots, allSlotsOf, countSlots, isEmptySlots, listSlots, noSlots, slotSetOf, slotsCount, slotsOfGroup, unionSlots} from '../../../src/core/model/slot-set.js';
import {parseSlots, renderSlots, shareAmong} from '../../../src/core/ruleset/static-slots.js';
import {farmWith} from '../../kernel/support/machine.js';

test('slots read as they are written', t => {
	fc.assert(fc.property(fc.array(fc.integer({min: 0, max: slotsCount - 1})), slots => {
		const set = slotSetOf(slots);
		t.deepEqual(parseSlots(renderSlots(set)), set);
	}));
	t.deepEqual(parseSlots('all'), allSlots);
	t.deepEqual(parseSlots('none'), noSlots);
	t.deepEqual(listSlots(parseSlots('0-2, 7,2519')!), [0, 1, 2, 7, 2519]);
});

for (const text of ['', '2520', '5-3', '1,', 'a', '-1', '1-2-3', '1.5', 'ALL']) {
	test(`'${text}' is no list of slots`, t => {
		t.is(parseSlots(text), undefined);
	});
}

const nodes = [1, 2, 3].map(id => ({name: `web${id}`, id, addresses: [], weight: 1}));
const farm = {...farmWith({rules: []}), nodes, groups: [plainGroup('default', nodes), {...plainGroup('static', nodes), order: [3, 1]}]};

const share = (name: string, alive: readonly string[]): readonly number[] => {
	const result = shareAmong(farm, farm.nodes.find(node => node.name === name)!, alive);
	return 'slots' in result ? result.slots : [];
};

test('the nodes that serve share every slot of each group, and one that does not has none', t => {
	const [one, three] = [share('web1', ['web1', 'web3']), share('web3', ['web1', 'web3'])];
	t.is(countSlots(slotsOfGroup(one, 0)), slotsCount / 2);
	t.deepEqual(listSlots(unionSlots(one, three)), listSlots(allSlotsOf(2)));
	t.deepEqual(slotsOfGroup(three, 1), allSlots, 'the chain of the second group');
	t.true(isEmptySlots(share('web2', ['web1', 'web3'])));
});

test('a name that the farm does not have is told', t => {
	t.deepEqual(shareAmong(farm, farm.nodes[0]!, ['web1', 'web9']), {unknown: ['web9']});
});
