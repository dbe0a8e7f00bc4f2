/**
A real farm with the back end iptables, under the faults that are about the filter, judged by the packets on its LAN. That a stopped daemon's node falls
silent in time shows that the kernel ends the lease here too. The variant in nf_tables serves in the other mode, without faults: the lease is the same, and its slots
change too slowly for what the faults allow on a busy machine.
*/

import process from 'node:process';
import test from 'ava';
import {ownersOf} from '../../src/core/assignment/owners.js';
import {deriveSeed} from '../../src/core/config/derive.js';
import {hmarkSlotOfClient} from '../../src/core/hash/hmark.js';
import {variantVariable} from '../../src/edge/filter/iptables/programs.js';
import {faultCases} from './support/fault-cases.js';
import {faultFarm, type FaultFarm} from './support/fault-farm.js';
import {judgeFault} from './support/fault-judge.js';
import {whyNoNamespace} from './support/namespace.js';

const faultNames = new Set(['SIGSTOP for 1000 ms', 'kill -9 of the daemon']);

const faults = faultCases.filter(({name}) => faultNames.has(name));

const reason = whyNoNamespace();

async function isServedByOwners({lab}: FaultFarm, t: {readonly is: (actual: unknown, expected: unknown) => unknown}): Promise<void> {
	const owners = ownersOf([1, 2, 3].map(id => ({id, weight: 1})));
	for (const address of ['10.77.1.1', '10.77.1.2', '10.77.1.3', '10.77.1.4', 'fd00:77::1:1', 'fd00:77::1:2']) {
		const answer = await lab.shell('client', `curl -s -m 5 --interface ${address} http://${address.includes(':') ? '[fd00:77::100]' : lab.vip}/`);
		t.is(answer.trim(), `web${owners[hmarkSlotOfClient('client', address, undefined, deriveSeed(lab.name))]}`);
	}
}

for (const [variant, mode, options] of [['legacy', 'multicast', []], ['nft', 'unicast', ['--detection', '1s']]] as const) {
	if (reason !== undefined) {
		test.skip(`iptables-${variant}, ${mode}: every client is served by its owner (${reason})`, t => {
			t.fail();
		});
		continue;
	}

	test.serial(`iptables-${variant}, ${mode}: every client is served by its owner, under faults too`, async t => {
		t.is(faults.length, faultNames.size);
		process.env[variantVariable] = variant;
		const farm = await faultFarm(`ipt${variant}`, '--backend', 'iptables', '--mode', mode, ...options);
		t.teardown(farm.end);
		await isServedByOwners(farm, t);
		for (const fault of variant === 'legacy' ? faults : []) {
			const {broken, told, lines} = await judgeFault(farm, fault);
			t.log(lines.join('\n'));
			t.deepEqual(broken, [], told.join('\n'));
		}
	});
}
