/**
The words in which the configuration is described. The description (`keys.ts`) is data; the checker, the JSON Schema and the tables of the manual
are three readings of it.
*/

import type {Command} from '../model/application.js';
import type {PortRange} from '../model/farm.js';
import type {JsonValue} from './tree.js';

export type WholeValue = {readonly kind: 'whole'; readonly min: number; readonly max: number};

export type DurationValue = {readonly kind: 'duration'; readonly minMs: number; readonly maxMs: number};

/** `later` names what the design knows and this version does not. */
export type ChoiceValue = {readonly kind: 'choice'; readonly options: readonly string[]; readonly later?: readonly string[]};

/**
`plural` is for lists of such texts, addresses without it. `pattern` decides what the schema and the checker take; what a text means (an address of which family) is checked afterwards.
With `isNumberTaken` a number stands for the text that it is written as; each number must be one that the pattern takes.
*/
export type TextValue = {
	readonly kind: 'text'; readonly pattern: string; readonly expected: string; readonly example: string; readonly plural?: string; readonly isNumberTaken?: boolean;
};

/** true or false. */
export type TruthValue = {readonly kind: 'truth'};

/** Bytes with their unit, such as 500MB. */
export type SizeValue = {readonly kind: 'size'; readonly min: number; readonly max: number};

/** A number, or a text such as `8000-8010`. `noun` is what one is. */
export type RangeValue = {readonly kind: 'range'; readonly noun: string; readonly min: number; readonly max: number; readonly examples: readonly [number, string]};

/** A program, by its absolute path, and its arguments. */
export type CommandValue = {readonly kind: 'command'};

/** `isBareTaken`: one entry may stand without brackets. */
export type ListValue = {readonly kind: 'list'; readonly items: Value; readonly min: number; readonly max: number; readonly isBareTaken?: boolean};

/** Keys that the user chooses. */
export type MapValue = {
	readonly kind: 'map'; readonly keys: TextValue; readonly values: Value; readonly placeholder: string; readonly min: number; readonly max: number;
};

/** `later` names keys that the design knows and this version does not. */
export type RecordValue = {readonly kind: 'record'; readonly fields: Fields; readonly later?: readonly string[]};

/**
A record that has `common` fields and those of one variant. With `by`, that key names the variant; without, a variant is there when the key of its
name is, which is one of its fields.
*/
export type VariantsValue = {
	readonly kind: 'variants'; readonly noun: string; readonly by?: string; readonly common: Fields; readonly variants: Readonly<Record<string, Variant>>;
};

/** `note` is told beside the sentence; `example` is one as it would be written. `without` names common fields that mean nothing for the variant. */
export type Variant = {readonly doc: string; readonly note?: string; readonly example: string; readonly fields: Fields; readonly without?: readonly string[]};

export type Value =
	| WholeValue | DurationValue | ChoiceValue | TextValue | TruthValue | SizeValue | RangeValue | CommandValue | ListValue | MapValue | RecordValue | VariantsValue;

export type Fields = Readonly<Record<string, Field>>;

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
	V extends WholeValue | DurationValue | SizeValue ? number
		: V extends {kind: 'choice'; options: ReadonlyArray<infer Option>} ? Option
			: V extends TextValue ? string
				: V extends TruthValue ? boolean
					: V extends RangeValue ? PortRange
						: V extends CommandValue ? Command
							: ReadMany<V>;

type ReadMany<V> =
	V extends {kind: 'list'; items: infer Item} ? ReadonlyArray<Read<Item> | undefined>
		: V extends {kind: 'map'; values: infer Item} ? ReadonlyArray<{readonly key: string; readonly value: Read<Item> | undefined}>
			: V extends {kind: 'record'; fields: infer All} ? ReadFields<All>
				: V extends {kind: 'variants'; common: infer Common; variants: infer Variants}
					? {[Name in keyof Variants]: ReadVariant<Name, Common, Variants[Name]>}[keyof Variants]
					: never;

/** A variant is told by its name under `variant`, whatever tells it in the text. */
type ReadVariant<Name, Common, V> = V extends {fields: infer Own} ? {readonly variant: Name} & ReadFields<Common> & ReadFields<Own> : never;

type ReadFields<F> = {readonly [Key in keyof F]: ReadField<F[Key]>};

type ReadField<F> = F extends {value: infer V} ? Read<V> | undefined : never;
