/**
One renewal of the lease, in a real kernel, against a spawned `nft` that makes the same change.

Measured until the verdict is read: only then has the kernel surely done it, since a socket that is still busy sends a moment after the call.
*/

import {tableName} from '../../src/core/ruleset/model.js';
import {leaseSet} from '../../src/core/ruleset/names.js';
import type {Farm} from '../../src/core/model/farm.js';
import {whyNoNamespace} from '../kernel/support/namespace.js';
import {withKernel, type KernelSubject} from './kernel-subject.js';
import {median, quantile} from './measure.js';
import {
	inMs,
	inUs,
	type Part,
	type Row,
} from './result.js';

/** The median of one renewal. */
const renewalUsMax = 100;

/** Long enough that no lease runs out while the machine is busy elsewhere. */
const leaseMs = 10_000;

const warmUps = 50;

type Times = {readonly renewUs: number[]; readonly spawnMs: number[]};

export const renewal: Part = {
	title: 'lease renewal',
	whyNot: whyNoNamespace,
	async run({isShort}) {
		const rows: Row[] = [];
		for (const vipsCount of [1, 8]) {
			rows.push(rowOf(vipsCount, await measure(vipsCount, isShort ? 5 : 15)));
		}

		return rows;
	},
};

/** Another namespace for the nft program: tables that a daemon owns are closed to it. */
const measure = async (vipsCount: number, rounds: number): Promise<Times> => withKernel({vipsCount, tables: 'owned'}, async own =>
	withKernel({vipsCount, tables: 'plain'}, async plain => {
		const times: Times = {renewUs: [], spawnMs: []};
		await own.filter.openLease(leaseMs);
		await plain.filter.openLease(leaseMs);
		await renew(own, warmUps);
		for (let round = 0; round < rounds; round++) {
			times.renewUs.push(...await renew(own, 100));
			times.spawnMs.push(spawnNft(plain));
		}

		return times;
	}));

async function renew({filter}: KernelSubject, count: number): Promise<number[]> {
	const times: number[] = [];
	for (let index = 0; index < count; index++) {
		const begin = performance.now();
		const outcome = await filter.renewLease(leaseMs);
		times.push((performance.now() - begin) * 1000);
		if (outcome !== 'done') {
			throw new Error('the lease ran out while it was being measured');
		}
	}

	return times;
}

function spawnNft({farm, namespace}: KernelSubject): number {
	const text = renewalText(farm);
	const begin = performance.now();
	namespace.sh('nft', text);
	return performance.now() - begin;
}

const renewalText = ({name, vips}: Farm): string => ['delete', 'add'].flatMap(verb => vips.map(({address, family}) =>
	`${verb} element inet ${tableName(name)} ${leaseSet(family)} {${address}${verb === 'add' ? ` timeout ${leaseMs}ms` : ''}}`)).join('; ');

const rowOf = (vipsCount: number, {renewUs, spawnMs}: Times): Row => ({
	what: `lease renewal, ${vipsCount === 1 ? '1 VIP' : `${vipsCount} VIPs`}`,
	measured: `median ${inUs(median(renewUs))}, p99 ${inUs(quantile(renewUs, 0.99))}`,
	against: `a spawned \`nft\`: ${inMs(median(spawnMs))}`,
	ratio: median(renewUs) / (median(spawnMs) * 1000),
	promise: {text: `median < ${renewalUsMax} µs`, isKept: median(renewUs) < renewalUsMax},
});
