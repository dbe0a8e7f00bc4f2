/**
The keys of the configuration as man source, from the one description of them. Pure. `npm run docs` puts it between two marks of
man/farmctl.conf.5, and a test holds the page to it.
*/

import type {KeyRow, VariantRow} from '../core/config/key-rows.js';
import {manExample, manText} from './man-text.js';
import {marksOf, withMarked} from './marked.js';

const marks = marksOf('keys', 'the description of the keys');

/** The page with its key section made anew; throws where a mark is missing, since the page is ours. */
export const withKeySection = (page: string, rows: readonly KeyRow[], variants: readonly VariantRow[]): string => withMarked(page, marks, manKeys(rows, variants));

/** One `.TP` a key, in the order of the description; a `.SS` where the keys of another thing begin, with an example where it is a variant. */
export function manKeys(rows: readonly KeyRow[], variants: readonly VariantRow[]): string {
	const groups = Map.groupBy(rows, ({path}) => groupOf(path));
	return [...groups].map(([group, members]) => `${headText(group, variants.find(({path}) => path === group))}${members.map(row => keyText(row)).join('')}`).join('');
}

function headText(group: string, variant: VariantRow | undefined): string {
	if (variant) {
		return `.SS "${manText(variant.title)}"\n${variant.docs.map(doc => `${manText(doc)}.\n`).join('.br\n')}.PP\n${manExample(`- ${variant.example}`.split('\n'))}`;
	}

	return `.SS ${group === '' ? 'The farm' : `"Within ${manText(group)}"`}\n`;
}

const groupOf = (path: string): string => path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';

const keyText = ({path, type, default: value, limits, doc}: KeyRow): string => [
	'.TP',
	`.B ${manText(path)}`,
	`${manText(doc)}.`,
	'.br',
	manText(sentence(type, limits, value)),
	'',
].join('\n');

function sentence(type: string, limits: string, value: string): string {
	if (type === 'keys') {
		return 'Has keys of its own.';
	}

	const first = type.includes(' | ') ? type : upperFirst(kindText(type, limits));
	return value === 'required' ? `${first}; required.` : `${first}; default: ${value}.`;
}

/** Limits that are a count of entries stand in for the word. */
function kindText(type: string, limits: string): string {
	if (limits === '') {
		return type;
	}

	return limits.endsWith('entries') && /\bentries\b/i.test(type) ? type.replace(/\bentries\b/i, () => limits) : `${type}, ${limits}`;
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
