/**
What someone else does to the farm's chains. The kernel tells nothing of iptables-legacy's tables, and of iptables-nft's it tells everything that any
program does to them, so we look, again and again, at what stands there against what we wrote last.
*/

import type {SlotTable} from '../../../core/membership/types.js';
import {diffRulesets} from '../../../core/ruleset/diff.js';
import {nameDifferences} from '../../../core/ruleset/name-differences.js';
import type {Table} from '../../../core/ruleset/model.js';
import type {FilterNotice} from '../port.js';
import {areSameSlots} from './slot-chains-keeper.js';

/** From the end of one look to the next: four programs that print a table, some milliseconds. */
export const lookIntervalMs = 2000;

type Expected = {
	/** As installed last; empty while nothing is. */
	readonly tables: readonly Table[];
	/** Unknown while they change. */
	readonly slots: SlotTable | undefined;
	/** Differs when anything was changed by us, or is being changed. */
	readonly changes: number;
};

/** Slots of each family, unknown where somebody else's rules stand among theirs. */
type Observed = {readonly tables: readonly Table[]; readonly slots: ReadonlyArray<SlotTable | undefined>};

export type WatchParts = {
	readonly observe: () => Promise<Observed>;
	readonly expected: () => Expected;
	readonly listener: (notice: FilterNotice) => void;
};

/** Looks until it is stopped by calling what it returns. A look that fails says nothing: who repairs looks too. */
export function watchChains({observe, expected, listener}: WatchParts): () => void {
	let isStopped = false;
	let timer: NodeJS.Timeout | undefined;

	const look = async (): Promise<void> => {
		const before = expected();
		const observed = await observe();
		const {tables, changes} = expected();
		if (!isStopped && changes === before.changes && tables.length > 0) {
			tell(observed, before, listener);
		}
	};

	const lookAndGoOn = async (): Promise<void> => {
		await look().catch(() => undefined);
		if (!isStopped) {
			lookLater();
		}
	};

	const lookLater = (): void => {
		timer = setTimeout(() => {
			void lookAndGoOn();
		}, lookIntervalMs);
	};

	lookLater();
	return () => {
		isStopped = true;
		clearTimeout(timer);
	};
}

function tell({tables: observed, slots}: Observed, expected: Expected, listener: (notice: FilterNotice) => void): void {
	const gone = expected.tables.filter(({family, name}) => !observed.some(table => table.family === family && table.name === name));
	if (gone.length > 0) {
		listener({kind: 'tables', what: gone.map(({family, name}) => `the farm's chains of ${family}tables' ${name} deleted`).join(', '), by: ''});
		return;
	}

	const differences = diffRulesets({tables: observed}, {tables: expected.tables});
	if (differences.length > 0) {
		listener({kind: 'rules', what: nameDifferences(differences), by: ''});
	} else if (!slots.every(table => isSame(table, expected.slots))) {
		listener({kind: 'live', what: 'chains of slots were changed', by: ''});
	}
}

const isSame = (found: SlotTable | undefined, expected: SlotTable | undefined): boolean =>
	expected === undefined || (found !== undefined && areSameSlots(found, expected));
