/**
A test with a machine of its own; skipped, with the reason in its title, where namespaces cannot be had.
*/

import test, {type ExecutionContext} from 'ava';
import type {Farm} from '../../../src/core/model/farm.js';
import {Machine} from './machine.js';
import {whyNoNamespace} from './namespace.js';

const reason = whyNoNamespace();

/** Registers the test. The machine has nothing installed yet. */
export function kernelTest(title: string, farm: Farm, work: (t: ExecutionContext, machine: Machine) => Promise<void>): void {
	if (reason !== undefined) {
		test.skip(`${title} (${reason})`, () => {});
		return;
	}

	test(title, async t => {
		const machine = new Machine(farm);
		t.teardown(() => {
			machine.close();
		});
		await work(t, machine);
	});
}
