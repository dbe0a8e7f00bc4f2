/** A test with a machine of its own; skipped where namespaces cannot be had, which the title then says. */

import test, {type ExecutionContext} from 'ava';
import type {Farm} from '../../../src/core/model/farm.js';
import {Machine} from './machine.js';
import {whyNoNamespace} from './namespace.js';

const reason = whyNoNamespace();

const register = reason === undefined ? test : test.skip;

/** Registers the test. The machine has nothing installed yet. */
export function kernelTest(title: string, farm: Farm, work: (t: ExecutionContext, machine: Machine) => Promise<void>): void {
	register(reason === undefined ? title : `${title} (${reason})`, async t => {
		const machine = new Machine(farm);
		t.teardown(() => {
			machine.close();
		});
		await work(t, machine);
	});
}
