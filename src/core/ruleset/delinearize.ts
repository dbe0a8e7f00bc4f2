/**
The kernel's expressions back to statements. Whatever `linearize` would not have made so becomes a statement `unknown`, which no desired ruleset has:
a rule that someone else wrote or changed always shows as a difference.
*/

import type {Expression} from './expression.js';
import {fieldAt} from './fields.js';
import {linearize} from './linearize.js';
import type {FieldName, FilterRule, KeyPart, Statement, TableFamily} from './model.js';

type Found = {readonly statement: Statement; readonly taken: number};

/** The rule whose expressions these are. */
export function delinearize(family: TableFamily, expressions: readonly Expression[]): FilterRule {
	const statements: Statement[] = [];
	for (let index = 0; index < expressions.length;) {
		const rest = expressions.slice(index);
		const found = readStatement(family, rest);
		const isExact = found !== undefined && isSame(linearize([found.statement]), rest.slice(0, found.taken));
		statements.push(isExact ? found.statement : {kind: 'unknown', text: describe(rest[0]!)});
		index += isExact ? found.taken : 1;
	}

	return statements;
}

const isSame = (a: readonly Expression[], b: readonly Expression[]): boolean => a.length === b.length && a.every((expression, index) => describe(expression) === describe(b[index]!));

/** One text for one expression, whatever the order of its properties. */
const describe = (expression: Expression): string => expression.name === 'unknown'
	? expression.text
	: Object.entries(expression).sort(([a], [b]) => a < b ? -1 : 1).map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(' '); // eslint-disable-line unicorn/no-array-sort

function readStatement(family: TableFamily, rest: readonly Expression[]): Found | undefined {
	const [first, second] = rest;
	if (first?.name === 'objref') {
		return {statement: {kind: 'count', counter: first.counter}, taken: 1};
	}

	if (first?.name === 'verdict') {
		return {statement: {kind: 'verdict', verdict: first.verdict}, taken: 1};
	}

	if (first?.name === 'immediate' && second !== undefined) {
		const field = fieldOf(family, second);
		return field === undefined ? undefined : {statement: {kind: 'write', field, value: first.value}, taken: 2};
	}

	return readKeyed(family, rest);
}

/** Statements that begin with one load or, for a hash, several. */
function readKeyed(family: TableFamily, rest: readonly Expression[]): Found | undefined {
	const key: KeyPart[] = [];
	let index = 0;
	for (;;) {
		const field = fieldOf(family, rest[index]);
		if (field === undefined) {
			break;
		}

		const mask = rest[index + 1];
		key.push(mask?.name === 'bitwise' ? {field, mask: mask.mask} : {field});
		index += mask?.name === 'bitwise' ? 2 : 1;
		if (rest[index]?.name !== 'payload') {
			break;
		}
	}

	const test = rest[index];
	const part = key[0];
	if (test === undefined || part === undefined) {
		return undefined;
	}

	return test.name === 'hash' ? readHash(key, test, rest[index + 1], index + 2) : readTest(part, test, index + 1);
}

function readHash(key: readonly KeyPart[], {modulus, seed}: Expression & {readonly name: 'hash'}, lookup: Expression | undefined, taken: number): Found | undefined {
	return lookup?.name === 'lookup' ? {statement: {kind: 'hash', key, modulus, seed, into: lookup.isMap ? 'map' : 'set', name: lookup.set}, taken} : undefined;
}

function readTest(part: KeyPart, test: Expression, taken: number): Found | undefined {
	const {field} = part;
	if (test.name === 'cmp') {
		return {statement: {kind: 'match', ...part, is: test.is, value: test.value}, taken};
	}

	if (test.name === 'range') {
		return {statement: {kind: 'range', field, from: test.low, to: test.high}, taken};
	}

	if (test.name !== 'lookup') {
		return undefined;
	}

	return {statement: test.isMap ? {kind: 'dispatch', field, map: test.set} : {kind: 'member', field, set: test.set, is: test.isInverted ? 'absent' : 'in'}, taken};
}

/** The field that an expression loads or stores. */
function fieldOf(family: TableFamily, expression: Expression | undefined): FieldName | undefined {
	if (expression?.name === 'payload') {
		return fieldAt(family, {load: 'payload', base: expression.base, offset: expression.offset, length: expression.length});
	}

	return expression?.name === 'meta' || expression?.name === 'ct' ? fieldAt(family, {load: expression.name, key: expression.key}) : undefined;
}
