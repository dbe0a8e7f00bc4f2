/**
The words in which the configuration is described. The description (`keys.ts`) is data; the checker, the JSON Schema and the tables of the manual
are three readings of it.
*/

import type {PortRange} from '../model/farm.js';
import type {JsonValue} from './tree.js';

export type WholeValue = {readonly kind: 'whole'; readonly min: number; readonly max: number};

export type DurationValue = {readonly kind: 'duration'; readonly minMs: number; readonly maxMs: number};

/** `later` names what the design knows and this version does not. */
export type ChoiceValue = {readonly kind: 'choice'; readonly options: readonly string[]; readonly later?: readonly string[]};

/** `plural` is for lists of such texts, addresses without it. `pattern` decides what the schema and the checker take; what a text means (an address of which family) is checked afterwards. */
export type TextValue = {readonly kind: 'text'; readonly pattern: string; readonly expected: string; readonly example: string; readonly plural?: string};

/** A number, or the text `8000-8010`. */
export type PortsValue = {readonly kind: 'ports'};

/** `isBareTaken`: one entry may stand without brackets. */
export type ListValue = {readonly kind: 'list'; readonly items: Value; readonly min: number; readonly max: number; readonly isBareTaken?: boolean};

/** Keys that the user chooses. */
export type MapValue = {
	readonly kind: 'map'; readonly keys: TextValue; readonly values: Value; readonly placeholder: string; readonly min: number; readonly max: number;
};

/** `later` names keys that the design knows and this version does not. */
export type RecordValue = {readonly kind: 'record'; readonly fields: Readonly<Record<string, Field>>; readonly later?: readonly string[]};

export type Value = WholeValue | DurationValue | ChoiceValue | TextValue | PortsValue | ListValue | MapValue | RecordValue;

export type Field = {
	readonly value: Value;
	/** One sentence for the manual and for editors, without a full stop. */
	readonly doc: string;
	readonly isRequired?: boolean;
	/** As it would be written. */
	readonly default?: JsonValue;
	/** Says what a default that depends on other keys is. */
	readonly derived?: string;
	readonly unit?: string;
};

/** What the checker reads where a value is described so. `undefined` stands where the text was wrong or, in a record, absent. */
export type Read<V> =
	V extends WholeValue | DurationValue ? number
		: V extends {kind: 'choice'; options: ReadonlyArray<infer Option>} ? Option
			: V extends TextValue ? string
				: V extends PortsValue ? PortRange
					: V extends {kind: 'list'; items: infer Item} ? ReadonlyArray<Read<Item> | undefined>
						: V extends {kind: 'map'; values: infer Item} ? ReadonlyArray<{readonly key: string; readonly value: Read<Item> | undefined}>
							: V extends {kind: 'record'; fields: infer Fields} ? {readonly [Key in keyof Fields]: ReadField<Fields[Key]>}
								: never;

type ReadField<F> = F extends {value: infer V} ? Read<V> | undefined : never;
