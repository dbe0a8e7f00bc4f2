/** Differences in a few words, for an event: which parts were missing, were changed, or were too many. */

import type {Difference} from './diff.js';

/** So many are named; of the others only their number. */
const namedMax = 4;

/** What must be done to make the kernel's ruleset the desired one, told as what was wrong with it: `chain stage1 was changed`. */
export function nameDifferences(differences: readonly Difference[]): string {
	const missingTables = new Set(differences.filter(item => item.kind === 'table' && item.verb === 'add').map(({table}) => `${table.family} ${table.name}`));
	const named = differences.filter(({kind, table}) => kind === 'table' || !missingTables.has(`${table.family} ${table.name}`)).map(difference => nameDifference(difference));
	const more = named.length > namedMax ? [`and ${named.length - namedMax} more`] : [];
	return [...named.slice(0, namedMax), ...more].join(', ');
}

function nameDifference(difference: Difference): string {
	const {family, name} = difference.table;
	switch (difference.kind) {
		case 'table': {
			return `table ${family} ${name} was ${difference.verb === 'add' ? 'gone' : 'too many'}`;
		}

		case 'counter': {
			return `counter ${difference.name} was ${difference.verb === 'add' ? 'gone' : 'too many'}`;
		}

		case 'set':
		case 'chain': {
			const {before, after} = difference;
			const state = before === undefined ? 'gone' : (after === undefined ? 'too many' : 'changed');
			return `${difference.kind} ${(after ?? before)?.name ?? ''} was ${state}`;
		}

		default: {
			return difference satisfies never;
		}
	}
}
