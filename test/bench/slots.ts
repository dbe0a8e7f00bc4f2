/** Slots claimed, given up and exchanged in a real kernel, against a spawned `nft` that claims the same. */

import {
	allSlots,
	listSlots,
	minusSlots,
	slotsCount,
} from '../../src/core/model/slot-set.js';
import type {SlotTable} from '../../src/core/membership/types.js';
import {liveSets, tableName} from '../../src/core/ruleset/model.js';
import {evenSlots, oddSlots, slotTable} from '../kernel/support/machine.js';
import {whyNoNamespace} from '../kernel/support/namespace.js';
import {withKernel, type KernelSubject} from './kernel-subject.js';
import {median} from './measure.js';
import {inMs, type Part, type Row} from './result.js';

const half = slotsCount / 2;

/** The median of one claim of half the slots, until the verdict is read. */
const claimMsMax = 10;

/** The table before, the table after. */
const changes = {
	claim: [slotTable({}), slotTable({owned: evenSlots})],
	release: [slotTable({owned: evenSlots}), slotTable({retained: evenSlots})],
	exchange: [slotTable({owned: evenSlots, retained: oddSlots}), slotTable({owned: oddSlots, retained: minusSlots(allSlots, oddSlots)})],
} as const satisfies Readonly<Record<string, readonly [SlotTable, SlotTable]>>;

const names = {
	claim: `claim ${half} slots`, release: `give ${half} slots up, owned to retained`, exchange: `exchange owned and retained, all ${slotsCount} slots`,
} as const;

type Change = keyof typeof changes;

export const slots: Part = {
	title: 'slots',
	whyNot: whyNoNamespace,
	run: async ({isShort}) => withKernel({vipsCount: 2, tables: 'owned'}, async own => withKernel({vipsCount: 2, tables: 'plain'}, async plain => {
		const times: Record<Change, number[]> = {claim: [], release: [], exchange: []};
		const spawnMs: number[] = [];
		const rounds = isShort ? 20 : 50;
		for (let round = 0; round < rounds; round++) {
			for (const change of Object.keys(changes) as Change[]) {
				times[change].push(await measure(own, changes[change]));
			}

			if (round % 4 === 0) {
				spawnMs.push(await spawnNft(plain));
			}
		}

		return rowsOf(times, median(spawnMs));
	})),
};

async function measure({filter}: KernelSubject, [before, after]: readonly [SlotTable, SlotTable]): Promise<number> {
	await filter.setSlots(before);
	const begin = performance.now();
	await filter.setSlots(after);
	return performance.now() - begin;
}

async function spawnNft({farm, filter, namespace}: KernelSubject): Promise<number> {
	await filter.clear();
	const text = `add element inet ${tableName(farm.name)} ${liveSets.slots} {${listSlots(evenSlots).map(slot => `${slot}: goto owned`).join(', ')}}`;
	const begin = performance.now();
	namespace.sh('nft', text);
	return performance.now() - begin;
}

const rowsOf = (times: Readonly<Record<Change, readonly number[]>>, spawnMs: number): Row[] => (Object.keys(times) as Change[]).map(change => {
	const ms = median(times[change]);
	return {
		what: names[change],
		measured: `median ${inMs(ms)}, worst ${inMs(Math.max(...times[change]))}`,
		...change === 'claim' ? {against: `a spawned \`nft\`: ${inMs(spawnMs)}`, ratio: ms / spawnMs} : {against: 'the claim', ratio: ms / median(times.claim)},
		...change === 'claim' && {promise: {text: `median < ${claimMsMax} ms`, isKept: ms < claimMsMax}},
	};
});
