/** A real farm under real faults, each judged by the packets on its LAN and by nothing else. One farm lives through all of them. */

import test from 'ava';
import type {FaultCase} from './support/fault-case.js';
import {faultCases} from './support/fault-cases.js';
import {faultFarm, type FaultFarm} from './support/fault-farm.js';
import {judgeFault} from './support/fault-judge.js';
import {whyNoNamespace} from './support/namespace.js';

const openedMin = 20_000;

const reason = whyNoNamespace();
let farm: FaultFarm | undefined;

if (reason === undefined) {
	test.before(async () => {
		farm = await faultFarm('faults');
	});
	test.after.always(async () => {
		await farm?.end();
	});
}

/** Registers the fault's test; skipped, with the reason in its title, where namespaces cannot be had. */
function faultTest(fault: FaultCase): void {
	if (reason === undefined) {
		test.serial(fault.name, async t => {
			const {broken, told, lines} = await judgeFault(farm!, fault);
			t.log(lines.join('\n'));
			t.deepEqual(broken, [], told.join('\n'));
		});
	} else {
		test.skip(`${fault.name} (${reason})`, t => {
			t.fail();
		});
	}
}

for (const fault of faultCases) {
	faultTest(fault);
}

if (reason === undefined) {
	test.serial('the client was there all the time', async t => {
		const {outcomes} = await farm!.knocking.stop();
		t.log(JSON.stringify(outcomes));
		t.true((outcomes.open ?? 0) > openedMin);
	});
}
