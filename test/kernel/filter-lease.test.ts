/** The lease, shown by packets: what is answered, until when, and that nothing revives it. */

import {setTimeout as sleep} from 'node:timers/promises';
import {liveSets, tableName} from '../../src/core/ruleset/model.js';
import {desiredRuleset} from '../../src/core/ruleset/desired.js';
import {tcp} from './support/frame.js';
import {backEndsTest, kernelTest} from './support/kernel-test.js';
import {evenSlots, farmWith, ruleFor, slotTable, vips, type Machine} from './support/machine.js';
import {Conversation} from './support/speech.js';

const port = 80;

const farm = farmWith({rules: [ruleFor(vips[4], 'tcp', [port], 'client'), ruleFor(vips[6], 'tcp', [port], 'client')]});

async function serveWithoutLease(machine: Machine): Promise<void> {
	machine.listen(port);
	await machine.filter.install(desiredRuleset(machine.farm, {}));
	await machine.filter.setSlots(slotTable({owned: evenSlots}));
}

/** Whether a new client of the family is answered now. */
async function isServed(machine: Machine, family: 4 | 6): Promise<boolean> {
	const conversation = new Conversation(machine, machine.clientIn(evenSlots, family, 'client'), port);
	machine.wire.forget();
	conversation.knock();
	await sleep(2);
	return machine.wire.seen.some(frame => conversation.isAnswer(tcp.syn + tcp.ack, frame));
}

for (const family of [4, 6] as const) {
	backEndsTest(`nothing is served before the lease and after it, IPv${family}`, farm, async (t, machine) => {
		await serveWithoutLease(machine);
		const conversation = new Conversation(machine, machine.clientIn(evenSlots, family, 'client'), port);
		conversation.knock();
		await machine.wire.settle();
		t.false(conversation.hasAnswer());
		t.is((await machine.filter.counters()).leaselessPackets, 1);
		await machine.filter.openLease(undefined);
		await conversation.open();
		await machine.filter.closeLease();
		conversation.say('too late');
		await machine.wire.settle();
		t.is((await machine.filter.counters()).leaselessPackets, 2);
	});

	kernelTest(`a lease ends by itself within its time, and a renewal does not bring it back, IPv${family}`, farm, async (t, machine) => {
		await serveWithoutLease(machine);
		const leaseMs = 1500;
		const opening = performance.now();
		await machine.filter.openLease(leaseMs);
		const opened = performance.now();
		let lastServed = 0;
		while (performance.now() - opened < leaseMs + 100) {
			const asked = performance.now();
			lastServed = await isServed(machine, family) ? asked : lastServed;
		}

		t.true(lastServed > opening + (leaseMs / 2), 'served for most of the lease');
		t.true(lastServed < opened + leaseMs, `served ${lastServed - opened} ms after a lease of ${leaseMs} ms`);
		t.is(await machine.filter.renewLease(leaseMs), 'lapsed');
		t.false(await isServed(machine, family));
	});

	kernelTest(`renewals carry a lease on, with the same time and with others, IPv${family}`, farm, async (t, machine) => {
		await serveWithoutLease(machine);
		const leaseMs = 1000;
		await machine.filter.openLease(leaseMs);
		const opened = performance.now();
		for (let round = 0; performance.now() - opened < 2 * leaseMs; round++) {
			t.is(await machine.filter.renewLease(leaseMs + (round % 3)), 'done');
			await sleep(10);
		}

		t.true(await isServed(machine, family));
	});
}

kernelTest('when the filter is ready, a change is made inside the call', farm, async (t, machine) => {
	await serveWithoutLease(machine);
	const leases = (): boolean => machine.namespace.sh('nft', 'list', 'set', 'inet', tableName(machine.farm.name), liveSets.lease4).includes(vips[4]);
	for (let round = 0; round < 10; round++) {
		await machine.filter.ready();
		t.true(machine.filter.isReady());
		const opening = machine.filter.openLease(undefined);
		t.true(leases(), `round ${round}: the lease was not there when the call returned`);
		await opening;
		await machine.filter.ready();
		const closing = machine.filter.closeLease();
		t.false(leases());
		await closing;
	}
});
