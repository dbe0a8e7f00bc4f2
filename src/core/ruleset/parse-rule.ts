/**
One rule of nft's text, back to statements: the inverse of `renderRule`, and of nothing else. What it reads is rendered again and must be the same text, so
whatever nft would understand otherwise is refused.
*/

import {fieldPlaces} from './fields.js';
import type {FieldName, FilterRule, KeyPart, Statement} from './model.js';
import {parseStates, parseValue, parseVerdict} from './parse-value.js';
import {renderRule} from './render.js';
import {u32} from './values.js';

/** How a field may be called in the text. */
const spellings: ReadonlyArray<readonly [text: string, field: FieldName]> = (Object.keys(fieldPlaces) as FieldName[]).flatMap(field => spellingsOf(field).map(text => [text, field] as const));

function spellingsOf(field: FieldName): string[] {
	if (field.startsWith('th ')) {
		return ['th', 'tcp', 'udp'].map(protocol => `${protocol}${field.slice('th'.length)}`);
	}

	const further: Partial<Record<FieldName, string[]>> = {
		'meta iifname': ['iifname'], 'meta oifname': ['oifname'], 'icmp type': ['icmp type', 'icmpv6 type'],
		'nd target': ['@th,64,128'], 'nd option': ['@th,192,8'], 'nd address': ['@th,208,48'],
	};
	return further[field] ?? [field];
}

type Read<T> = {readonly value: T; readonly rest: string} | undefined;

/** The rule; nothing where the text is no rule that farmctl writes. */
export function parseRule(text: string): FilterRule | undefined {
	const statements: Statement[] = [];
	let rest = text;
	while (rest !== '') {
		const read = readStatement(rest);
		if (read === undefined) {
			return undefined;
		}

		statements.push(read.value);
		rest = read.rest;
	}

	return renderRule(statements) === text ? statements : undefined;
}

function readStatement(text: string): Read<Statement> {
	const counter = /^counter name "(?<name>[^"]+)" ?/u.exec(text);
	if (counter !== null) {
		return {value: {kind: 'count', counter: counter.groups!.name!}, rest: text.slice(counter[0].length)};
	}

	const word = /^(?:accept|drop|goto \S+)(?: |$)/u.exec(text)?.[0];
	if (word !== undefined) {
		return {value: {kind: 'verdict', verdict: parseVerdict(word.trimEnd())!}, rest: text.slice(word.length)};
	}

	return text.startsWith('jhash ') ? readHash(text) : readFieldStatement(text);
}

const hashText = /^jhash (?<key>.+?) mod (?<modulus>\d+) seed 0x(?<seed>[\da-f]{1,8}) (?<map>vmap )?@(?<name>\S+) ?/u;

function readHash(text: string): Read<Statement> {
	const found = hashText.exec(text);
	const {key = '', modulus, seed = '', map, name = ''} = found?.groups ?? {};
	const parts = key.split(' . ').map(part => readKeyPart(part));
	return found === null || parts.includes(undefined) ? undefined : {
		value: {kind: 'hash', key: parts.map(part => part!), modulus: Number(modulus), seed: Number.parseInt(seed, 16), into: map === undefined ? 'set' : 'map', name},
		rest: text.slice(found[0].length),
	};
}

function readKeyPart(text: string): KeyPart | undefined {
	const [name, maskText] = text.split(' & ', 2);
	const field = spellings.find(([spelling]) => spelling === name)?.[1];
	const mask = maskText === undefined || field === undefined ? undefined : parseValue(field, maskText);
	return field === undefined || (maskText !== undefined && mask === undefined) ? undefined : {field, ...mask && {mask}};
}

function readFieldStatement(text: string): Read<Statement> {
	const [spelling, field] = spellings.find(([name]) => text.startsWith(`${name} `)) ?? [];
	if (spelling === undefined || field === undefined) {
		return undefined;
	}

	const rest = text.slice(spelling.length + 1);
	for (const [pattern, make] of forms) {
		const found = pattern.exec(rest);
		const value = found === null ? undefined : make(field, found.groups ?? {});
		if (value !== undefined) {
			return {value, rest: rest.slice(found![0].length)};
		}
	}

	return undefined;
}

type Words = Readonly<Record<string, string>>;

/** What may stand behind a field, the most particular first. */
const forms: ReadonlyArray<readonly [pattern: RegExp, make: (field: FieldName, found: Words) => Statement | undefined]> = [
	[/^vmap @(?<map>\S+)(?: |$)/u, (field, {map}) => ({kind: 'dispatch', field, map: map!})],
	[/^(?<not>!= )?@(?<set>[^,\s]+)(?: |$)/u, (field, {not, set}) => ({kind: 'member', field, set: set!, is: not === undefined ? 'in' : 'absent'})],
	[/^set (?<value>\S+)(?: |$)/u, (field, {value}) => withBytes(field, value!, bytes => ({kind: 'write', field, value: bytes}))],
	[/^(?<not>!= )?(?<states>[a-z,]+)(?: |$)/u, (field, {not, states}) => field === 'ct state' ? stateMatch(states!, not !== undefined) : undefined],
	[/^& \((?<mask>[^)]+)\) (?<is>[!=]=) (?<value>\S+)(?: |$)/u, (field, {mask, is, value}) => withBytes(field, mask!, maskBytes =>
		withBytes(field, value!, bytes => ({kind: 'match', field, mask: maskBytes, is: is === '==' ? 'equal' : 'different', value: bytes})))],
	[/^(?<from>\d+)-(?<to>\d+)(?: |$)/u, (field, {from, to}) => withBytes(field, from!, low => withBytes(field, to!, high => ({kind: 'range', field, from: low, to: high})))],
	[/^(?<not>!= )?(?<value>\S+)(?: |$)/u, (field, {not, value}) => withBytes(field, value!, bytes => ({kind: 'match', field, is: not === undefined ? 'equal' : 'different', value: bytes}))],
];

function withBytes(field: FieldName, text: string, make: (bytes: readonly number[]) => Statement | undefined): Statement | undefined {
	const bytes = parseValue(field, text);
	return bytes && make(bytes);
}

/** nft writes that one of the states is there; the statement says that the rest is not nothing. */
function stateMatch(text: string, isNone: boolean): Statement | undefined {
	const mask = parseStates(text);
	return mask && {kind: 'match', field: 'ct state', mask, is: isNone ? 'equal' : 'different', value: u32(0)};
}
