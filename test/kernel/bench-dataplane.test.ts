/** Whether the data plane benchmark sees what it is made for: that each side lets through and drops what it should, and that numbers come of it. How large they are does not matter. */

import test from 'ava';
import {openFarmSide} from '../bench/data-plane/farm-sides.js';
import {measureLoads} from '../bench/data-plane/farm-load.js';
import {measureMoves} from '../bench/data-plane/moves.js';
import {costsOfForeign, costsOfOwned} from '../bench/data-plane/packet-cost.js';
import {openSide, whyNoIptables, type SideName} from '../bench/data-plane/sides.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace() ?? whyNoIptables();
const register = reason === undefined ? test.serial : test.serial.skip;
const because = reason === undefined ? '' : ` (${reason})`;

for (const name of ['nft', 'iptables', 'cluster', 'modulo'] as const satisfies readonly SideName[]) {
	register(`a third of the clients is this node's: ${name}${because}`, async t => {
		const {machine, owned, foreign} = await openSide(name);
		t.teardown(() => {
			machine.close();
		});
		t.true(owned.length > 40 && foreign.length > 120, `${owned.length} owned, ${foreign.length} foreign`);
	});
}

register(`a burst of foreign and of owned packets takes time, on every side${because}`, async t => {
	const costs = [await costsOfForeign(['bare', 'nft', 'cluster'], 20), await costsOfOwned(['plain', 'nft', 'cluster'], 20)].flatMap(found => Object.values(found));
	t.is(costs.length, 6);
	t.true(costs.every(({medianNs, bursts}) => medianNs > 100 && bursts > 0), JSON.stringify(costs));
});

register(`no client of a survivor moves with slots, a sixth of them with a hash modulo the live of three nodes${because}`, t => {
	const [three] = measureMoves([3], 3000);
	t.is(three!.slots, 0);
	t.true(Math.abs(three!.modulo - (1 / 6)) < 0.03, String(three!.modulo));
});

register(`a farm of each kind answers${because}`, async t => {
	const rates = await measureLoads(['nft', 'cluster'], {rounds: 1, ms: 200});
	t.deepEqual([...rates.keys()], ['direct', 'nft', 'cluster']);
	t.deepEqual([...rates].filter(([, {connections, requests}]) => connections === 0 || requests === 0), [], JSON.stringify([...rates]));
	await t.notThrowsAsync(async () => (await openFarmSide('modulo')).close());
});
