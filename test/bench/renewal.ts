/**
One renewal of the lease, in a real kernel, against a spawned `nft` that makes the same change.

The kernel does its work inside the call; the promise only reads the verdict. Both are measured: what the lease depends on, and what the loop waits for.
*/

import {tableName} from '../../src/core/ruleset/model.js';
import {leaseSet} from '../../src/core/ruleset/names.js';
import type {Farm} from '../../src/core/model/farm.js';
import {whyNoNamespace} from '../kernel/support/namespace.js';
import {withKernel, type KernelSubject} from './kernel-subject.js';
import {median, quantile} from './measure.js';
import {inMs, inUs, type Part, type Row} from './result.js';

/** The median of one renewal. */
const renewalUsMax = 100;

/** Long enough that no lease runs out while the machine is busy elsewhere. */
const leaseMs = 10_000;

const warmUps = 50;

type Times = {readonly callUs: number[]; readonly resolvedUs: number[]; readonly spawnMs: number[]};

export const renewal: Part = {
	title: 'lease renewal',
	whyNot: whyNoNamespace,
	async run({isShort}) {
		const rows: Row[] = [];
		for (const vipsCount of [1, 8]) {
			rows.push(...rowsOf(vipsCount, await measure(vipsCount, isShort ? 5 : 15))); // eslint-disable-line no-await-in-loop -- one after the other
		}

		return rows;
	},
};

/** Another namespace for the nft program: tables that a daemon owns are closed to it. */
const measure = async (vipsCount: number, rounds: number): Promise<Times> => withKernel({vipsCount, tables: 'owned'}, async own =>
	withKernel({vipsCount, tables: 'plain'}, async plain => {
		const times: Times = {callUs: [], resolvedUs: [], spawnMs: []};
		await own.filter.openLease(leaseMs);
		await plain.filter.openLease(leaseMs);
		await renew(own, warmUps);
		for (let round = 0; round < rounds; round++) {
			const {callUs, resolvedUs} = await renew(own, 100); // eslint-disable-line no-await-in-loop -- sides take turns
			times.callUs.push(...callUs);
			times.resolvedUs.push(...resolvedUs);
			times.spawnMs.push(spawnNft(plain));
		}

		return times;
	}));

async function renew({filter}: KernelSubject, count: number): Promise<Pick<Times, 'callUs' | 'resolvedUs'>> {
	const callUs: number[] = [];
	const resolvedUs: number[] = [];
	for (let index = 0; index < count; index++) {
		const begin = performance.now();
		const renewed = filter.renewLease(leaseMs);
		const returned = performance.now();
		const outcome = await renewed; // eslint-disable-line no-await-in-loop -- one after the other
		const resolved = performance.now();
		if (outcome !== 'done') {
			throw new Error('the lease ran out while it was being measured');
		}

		callUs.push((returned - begin) * 1000);
		resolvedUs.push((resolved - begin) * 1000);
	}

	return {callUs, resolvedUs};
}

function spawnNft({farm, namespace}: KernelSubject): number {
	const text = renewalText(farm);
	const begin = performance.now();
	namespace.sh('nft', text);
	return performance.now() - begin;
}

const renewalText = ({name, vips}: Farm): string => ['delete', 'add'].flatMap(verb => vips.map(({address, family}) =>
	`${verb} element inet ${tableName(name)} ${leaseSet(family)} {${address}${verb === 'add' ? ` timeout ${leaseMs}ms` : ''}}`)).join('; ');

const rowsOf = (vipsCount: number, {callUs, resolvedUs, spawnMs}: Times): Row[] => {
	const subject = vipsCount === 1 ? '1 VIP' : `${vipsCount} VIPs`;
	return [
		{
			what: `lease renewal, ${subject}: done in the kernel`,
			measured: `median ${inUs(median(callUs))}, p99 ${inUs(quantile(callUs, 0.99))}`,
			against: `a spawned \`nft\`: ${inMs(median(spawnMs))}`,
			ratio: median(callUs) / (median(spawnMs) * 1000),
			promise: {text: `median < ${renewalUsMax} µs`, isKept: median(callUs) < renewalUsMax},
		},
		{
			what: `lease renewal, ${subject}: until the verdict is read`,
			measured: `median ${inUs(median(resolvedUs))}, p99 ${inUs(quantile(resolvedUs, 0.99))}`,
			against: 'the call alone',
			ratio: median(resolvedUs) / median(callUs),
		},
	];
};
