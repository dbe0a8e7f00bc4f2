/** A test with a machine of its own; skipped where namespaces cannot be had, which the title then says. */

import test, {type ExecutionContext} from 'ava';
import type {Farm} from '../../../src/core/model/farm.js';
import {variants, type IptablesVariant} from './iptables.js';
import {Machine} from './machine.js';
import {whyNoNamespace} from './namespace.js';

const reason = whyNoNamespace();

type Work = (t: ExecutionContext, machine: Machine) => Promise<void>;

/** Registers the test. The machine has nothing installed yet. */
export function kernelTest(title: string, farm: Farm, work: Work): void {
	register(title, farm, work);
}

/** Registers the test with every back end: nft, and both variants of iptables. */
export function backEndsTest(title: string, farm: Farm, work: Work): void {
	for (const variant of [undefined, ...variants]) {
		register(variant === undefined ? title : `${title}, iptables-${variant}`, farm, work, variant);
	}
}

/** Registers the test with both variants of iptables. */
export function iptablesTest(title: string, farm: Farm, work: (t: ExecutionContext, machine: Machine, variant: IptablesVariant) => Promise<void>): void {
	for (const variant of variants) {
		register(`${title}, iptables-${variant}`, farm, async (t, machine) => work(t, machine, variant), variant);
	}
}

function register(title: string, farm: Farm, work: Work, variant?: IptablesVariant): void {
	// iptables starts a program for each change; the machine is to have time for the lease of the others.
	const registrar = reason === undefined ? (variant === undefined ? test : test.serial) : test.skip;
	registrar(reason === undefined ? title : `${title} (${reason})`, async t => {
		const machine = new Machine(farm, variant);
		t.teardown(() => {
			machine.close();
		});
		await work(t, machine);
	});
}
