/**
Planned changes of a farm under traffic, in both modes: no connection breaks, none is refused, nothing is answered or delivered by two nodes. `npm run changes`
is the same for longer, with more traffic and numbers. How long a slot is without an owner depends on the machine and is not judged here.
*/

import test from 'ava';
import type {VipMode} from '../../src/core/model/farm.js';
import {orders, renewals} from '../bench/changes/kinds.js';
import type {Change} from '../bench/changes/play.js';
import {playCycles} from '../bench/changes/series.js';
import {brokenBy, changeLine, deathLine} from '../bench/changes/table.js';
import {whyNoNamespace} from './support/namespace.js';

/** So long that a busy machine ends no lease. */
const detectionMs = 3000;

const reason = whyNoNamespace();
const register = reason === undefined ? test.serial : test.skip;

/** Each mode has a part of the cycle, as a busy machine needs its time for every change. */
const parts: Readonly<Record<VipMode, readonly Change[]>> = {unicast: orders, multicast: renewals};

for (const [mode, changes] of Object.entries(parts) as Array<[VipMode, readonly Change[]]>) {
	register(`planned changes break and refuse nothing, ${mode}${reason === undefined ? '' : ` (${reason})`}`, async t => {
		const {changes: results, deaths} = await playCycles({
			name: `changes${mode}`, mode, detectionMs, cycles: 1, deaths: mode === 'multicast' ? 1 : 0, changes, load: {connections: 200, everyMs: 100, newPerSecond: 100},
			tell(result) {
				t.log(`${result.kind}: ${changeLine(result)}`);
			},
			tellDeath(name, orphans) {
				t.log(`${name} dies: ${deathLine(orphans)}`);
			},
		});
		t.deepEqual(results.flatMap(result => brokenBy(result).map(line => `${result.kind}: ${line}`)), []);
		t.true(results.every(({messages, served}) => messages > 0 && served > 0), 'there was no traffic');
		t.true(deaths.every(({orphans, unaware}) => orphans.length > 0 && unaware === 0), 'connections of a dead node were not reset');
		t.true(results.some(({handovers}) => handovers.length > 0), 'no slot has moved');
	});
}
