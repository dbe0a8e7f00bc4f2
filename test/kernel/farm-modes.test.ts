/** A real farm in each mode: every client is served, by the node that owns its slot, and a node serves itself. */

import test from 'ava';
import {ownersOf} from '../../src/core/assignment/owners.js';
import {slotOfClient} from '../../src/core/hash/jhash.js';
import {deriveSeed} from '../../src/core/config/derive.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();

/** Makes the bridge ask who wants which group, and believe the answers, as a switch with a querier does. */
const snoop = `
	ip link set br0 type bridge mcast_snooping 1 mcast_query_response_interval 10 mcast_startup_query_interval 10 mcast_query_interval 100 mcast_querier 1
`;

for (const mode of ['unicast', 'multicast'] as const) {
	if (reason !== undefined) {
		test.skip(`${mode}: every client is served by its owner (${reason})`, t => {
			t.fail();
		});
		continue;
	}

	test.serial(`${mode}: every client is served by its owner, and a node serves itself`, async t => {
		const lab = await labFor(t, `mode${mode}`, '--mode', mode);
		if (mode === 'multicast') {
			await lab.shell('lan', snoop);
			// The bridge believes what it has learnt only after its own querier has been at it for a while; then router ports alone get the frames.
			await until(async () => (await lab.shell('lan', 'bridge -d mdb show')).split('router ports', 2)[1]?.match(/to-web/g)?.length === 3);
		}

		const owners = ownersOf([1, 2, 3].map(id => ({id, weight: 1})));
		const seed = deriveSeed(lab.name);
		const addresses = await clientAddresses(lab);
		const answers = await Promise.all(addresses.map(async address => lab.shell('client', `curl -s -m 5 --interface ${address} http://${address.includes(':') ? '[fd00:77::100]' : lab.vip}/`)));
		t.deepEqual(answers.map(answer => answer.trim()), addresses.map(address => `web${owners[slotOfClient('client', address, undefined, seed)]}`));
		t.is(new Set(answers).size, 3);
		for (const node of ['web1', 'web2', 'web3']) {
			t.is((await lab.shell(node, `curl -s -m 5 http://${lab.vip}/`)).trim(), node);
		}
	});
}

async function clientAddresses(lab: Lab): Promise<string[]> {
	const text = await lab.shell('client', 'ip -br address show eth0');
	return [...text.matchAll(/((?:\d+\.){3}\d+|fd00:[\da-f:]+)\//g)].map(match => match[1]!);
}
