/**
The first difference between two configurations as one sentence. It names both nodes and the one with the lower id first, so that it reads the same
wherever it is shown. What a peer says is made printable and cut.
*/

import {
	listParts,
	singleParts,
	type OwnershipItem,
} from '../config/ownership.js';
import type {NodeId} from '../model/farm.js';
import {printable, truncate} from '../status/display-width.js';
import {comparisonFormat, type Comparison} from './comparison.js';
import {missingFrom, unknownCount, type HashedItem} from './inventory.js';

/** Cells of one item in a sentence. */
export const itemCellsMax = 80;

type Named = {readonly id: NodeId; readonly name: string};
type Holder = Named & {readonly item: OwnershipItem | undefined};

export type DifferenceParts = {
	readonly self: Named;
	readonly peer: Named;
	/** All of this node. */
	readonly items: readonly HashedItem[];
	/** Of the peer; it must say what this node lacks. */
	readonly comparison: Comparison;
};

/** As `seed: 5 on web1, 7 on web2` or `web1 has VIP '...', which web2 lacks`; empty when no item differs. */
export function differenceText({self, peer, items, comparison: {inventory, lacking}}: DifferenceParts): string {
	const missing = missingFrom(items, inventory);
	const unknown = unknownCount(items, inventory);
	const holders: Holder[] = [{...self, item: missing[0]}, {...peer, item: lacking === undefined || lacking.line === '' ? undefined : parseLine(lacking.line)}];
	const first = Math.min(...holders.map(({item}) => rank(item)));
	const named = holders.map(holder => rank(holder.item) === first ? holder : {...holder, item: undefined}).toSorted((a, b) => a.id - b.id);
	const more = missing.length + unknown - named.filter(({item}) => item !== undefined).length;
	const sentence = sentenceOf(named);
	return sentence === '' || more <= 0 ? sentence : `${sentence}; ${more} more ${more === 1 ? 'item differs' : 'items differ'}`;
}

/** When round after round shows the same items on both. */
export const noItemText = 'their items are the same, so their versions of farmctl make something else of them';

/** When the peer compares configurations in another format than this node. */
export const formatText = (name: string, format: number): string => `${name} has another version of farmctl, which compares configurations in format ${format} instead of ${comparisonFormat}`;

function sentenceOf(holders: readonly Holder[]): string {
	const having = holders.filter((holder): holder is Named & {readonly item: OwnershipItem} => holder.item !== undefined);
	const [one, other] = having;
	if (one === undefined) {
		return '';
	}

	if (other === undefined) {
		return `${one.name} has ${quoted(one.item)}, which ${holders.find(({id}) => id !== one.id)!.name} lacks`;
	}

	if (!isSingle(one.item)) {
		return `${one.name} has ${quoted(one.item)}, ${other.name} has ${quoted(other.item)}`;
	}

	const values = `${one.item.part}: ${shown(one.item.text)} on ${one.name}, ${shown(other.item.text)} on ${other.name}`;
	return one.item.part === 'format' ? `${values}: their versions of farmctl distribute clients differently` : values;
}

const partNames: readonly string[] = [...singleParts, ...listParts];

const isSingle = ({part}: OwnershipItem): boolean => (singleParts as readonly string[]).includes(part);

/** A part that this version does not know comes before all that it knows: it may be the reason for the others. */
const rank = (item: OwnershipItem | undefined): number => item === undefined ? Infinity : partNames.indexOf(item.part);

function parseLine(line: string): OwnershipItem {
	const colon = line.indexOf(': ');
	return colon === -1 ? {part: '', text: line} : {part: line.slice(0, colon), text: line.slice(colon + 2)};
}

const quoted = ({part, text}: OwnershipItem): string => partNames.includes(part) ? `${part} '${shown(text)}'` : `'${shown(`${part}: ${text}`)}'`;

const shown = (text: string): string => truncate(printable(text), itemCellsMax);
