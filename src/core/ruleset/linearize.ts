/**
Statements to the kernel's expressions: one fixed sequence for each kind, so that `delinearize` can read them back.

Everything works in word 0; a hash takes its key from word 4 on, where sixteen bytes of address and a port behind them have room.
*/

import type {Expression} from './expression.js';
import {fieldPlaces} from './fields.js';
import type {FieldName, FilterRule, KeyPart, Statement} from './model.js';

const workWord = 0;
const keyWord = 4;

/** NFT_PAYLOAD_CSUM_INET and NFT_PAYLOAD_L4CSUM_PSEUDOHDR. */
const inetChecksum = 1;
const pseudoHeaderFlag = 1;

const wordsOf = (bytes: number): number => Math.ceil(bytes / 4);

/** The expressions of one rule. A statement that farmctl never writes has none. */
export const linearize = (rule: FilterRule): Expression[] => rule.flatMap(statement => linearizeStatement(statement));

function linearizeStatement(statement: Statement): Expression[] {
	switch (statement.kind) {
		case 'match': {
			return [...loadPart(statement, workWord), {name: 'cmp', from: workWord, is: statement.is, value: statement.value}];
		}

		case 'range': {
			return [load(statement.field, workWord), {name: 'range', from: workWord, low: statement.from, high: statement.to}];
		}

		case 'member': {
			return [load(statement.field, workWord), {name: 'lookup', from: workWord, set: statement.set, isMap: false, isInverted: statement.is === 'absent'}];
		}

		case 'dispatch': {
			return [load(statement.field, workWord), {name: 'lookup', from: workWord, set: statement.map, isMap: true, isInverted: false}];
		}

		case 'hash': {
			return linearizeHash(statement);
		}

		case 'write': {
			return [{name: 'immediate', to: workWord, value: statement.value}, store(statement.field, workWord)];
		}

		case 'count': {
			return [{name: 'objref', counter: statement.counter}];
		}

		case 'verdict': {
			return [{name: 'verdict', verdict: statement.verdict}];
		}

		case 'iptables':
		case 'unknown': {
			return [];
		}

		default: {
			return statement satisfies never;
		}
	}
}

function linearizeHash({key, modulus, seed, into, name}: Statement & {readonly kind: 'hash'}): Expression[] {
	const loads: Expression[] = [];
	let word = keyWord;
	for (const part of key) {
		loads.push(...loadPart(part, word));
		word += wordsOf(fieldPlaces[part.field].length);
	}

	return [
		...loads,
		{name: 'hash', from: keyWord, length: (word - keyWord) * 4, to: workWord, modulus, seed},
		{name: 'lookup', from: workWord, set: name, isMap: into === 'map', isInverted: false},
	];
}

function loadPart({field, mask}: KeyPart, word: number): Expression[] {
	return mask === undefined
		? [load(field, word)]
		: [load(field, word), {name: 'bitwise', from: word, to: word, mask, xor: mask.map(() => 0)}];
}

function load(field: FieldName, word: number): Expression {
	const place = fieldPlaces[field];
	if (place.load === 'payload') {
		return {name: 'payload', base: place.base, offset: place.offset, length: place.length, to: word};
	}

	if (place.load === 'ct') {
		return {name: 'ct', key: place.key, to: word};
	}

	return {name: 'meta', key: place.key, to: word};
}

function store(field: FieldName, word: number): Expression {
	const place = fieldPlaces[field];
	if (place.load !== 'payload') {
		return {name: 'meta', key: place.key, from: word};
	}

	const {base, offset, length, checksum} = place;
	return {
		name: 'payload', base, offset, length, from: word,
		checksumType: checksum?.kind === 'message' ? inetChecksum : 0,
		checksumOffset: checksum?.kind === 'message' ? checksum.offset : 0,
		checksumFlags: checksum?.kind === 'pseudo-header' ? pseudoHeaderFlag : 0,
	};
}
