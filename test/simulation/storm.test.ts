/**
A thousand farms in foul weather, and as many in `storm-more.test.ts`; hundreds of thousands by `npm run simulate:long`. To see a failing seed again:
`FARMCTL_SEED=<seed> npx ava dist/test/simulation/storm.test.js` prints its trace.
*/

import process from 'node:process';
import test from 'ava';
import {runStorm} from '../../src/core/simulation/storm.js';
import {runChurn} from './churn.js';
import {churnComplaint, declareChurns, declareStorms, stormComplaint} from './seeds.js';

const chosen = process.env.FARMCTL_SEED;

if (chosen === undefined) {
	declareStorms(test, 1, 1000);
	declareChurns(test, 1, 150);
} else {
	test(`seed ${chosen}`, t => {
		const storm = runStorm(Number(chosen));
		t.log(storm.world.trace().join('\n'));
		t.is(stormComplaint(storm), '');
		const churn = runChurn(Number(chosen));
		t.log(churn.world.trace().join('\n'));
		t.is(churnComplaint(churn), '');
	});
}
