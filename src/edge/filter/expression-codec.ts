/**
The kernel's expressions as netlink attributes, both ways. Attribute numbers are those of `enum nft_*_attributes` in
`include/uapi/linux/netfilter/nf_tables.h`.
*/

import type {Expression} from '../../core/ruleset/expression.js';
import type {PayloadBase} from '../../core/ruleset/fields.js';
import type {Bytes, Verdict} from '../../core/ruleset/model.js';
import {attribute, attributeMap, decodeText, nested, text, u32be} from '../netlink/attribute.js';
import {counterObject, dataAttributes, expressionAttributes, i32be, verdictAttributes, verdictCodes} from './wire.js';

const bases: readonly PayloadBase[] = ['link', 'network', 'transport'];

/** NFT_REG32_00: the first register of four bytes. The kernel names a register of sixteen bytes, 1 to 4, where a word begins one. */
const firstWordRegister = 8;
const wordsPerRegister = 4;
const verdictRegister = 0;

const register = (word: number): number => firstWordRegister + word;

const wordOf = (number: number): number => number < firstWordRegister ? (number - 1) * wordsPerRegister : number - firstWordRegister;

const comparisons = ['equal', 'different'] as const;

const lookupInverted = 1;
const bitwiseBoolean = 0;
const jenkins = 0;

/** The expression as `NFTA_LIST_ELEM` holds it. */
export function encodeExpression(expression: Expression): Buffer {
	const [name, attributes] = encodeParts(expression);
	return Buffer.concat([text(expressionAttributes.name, name), nested(expressionAttributes.data, ...attributes)]);
}

function encodeParts(expression: Expression): readonly [string, Buffer[]] {
	switch (expression.name) {
		case 'meta': {
			return ['meta', [u32be(2, expression.key), 'to' in expression ? u32be(1, register(expression.to)) : u32be(3, register(expression.from))]];
		}

		case 'ct': {
			return ['ct', [u32be(1, register(expression.to)), u32be(2, expression.key)]];
		}

		case 'payload': {
			return ['payload', encodePayload(expression)];
		}

		case 'bitwise': {
			const {from, to, mask, xor} = expression;
			return ['bitwise', [u32be(1, register(from)), u32be(2, register(to)), u32be(3, mask.length), encodeValue(4, mask), encodeValue(5, xor), u32be(6, bitwiseBoolean)]];
		}

		case 'cmp': {
			return ['cmp', [u32be(1, register(expression.from)), u32be(2, comparisons.indexOf(expression.is)), encodeValue(3, expression.value)]];
		}

		case 'range': {
			return ['range', [u32be(1, register(expression.from)), u32be(2, 0), encodeValue(3, expression.low), encodeValue(4, expression.high)]];
		}

		case 'lookup': {
			const {from, set, isMap, isInverted} = expression;
			return ['lookup', [text(1, set), u32be(2, register(from)), ...isMap ? [u32be(3, verdictRegister)] : [], ...isInverted ? [u32be(5, lookupInverted)] : []]];
		}

		case 'hash': {
			const {from, to, length, modulus, seed} = expression;
			return ['hash', [u32be(1, register(from)), u32be(2, register(to)), u32be(3, length), u32be(4, modulus), u32be(5, seed), u32be(6, 0), u32be(7, jenkins)]];
		}

		case 'immediate': {
			return ['immediate', [u32be(1, register(expression.to)), encodeValue(2, expression.value)]];
		}

		case 'verdict': {
			return ['immediate', [u32be(1, verdictRegister), encodeVerdict(2, expression.verdict)]];
		}

		case 'objref': {
			return ['objref', [u32be(1, counterObject), text(2, expression.counter)]];
		}

		case 'unknown': {
			return [expression.text, []];
		}

		default: {
			return expression satisfies never;
		}
	}
}

function encodePayload(expression: Expression & {readonly name: 'payload'}): Buffer[] {
	const place = [u32be(2, bases.indexOf(expression.base)), u32be(3, expression.offset), u32be(4, expression.length)];
	if ('to' in expression) {
		return [u32be(1, register(expression.to)), ...place];
	}

	const {from, checksumType, checksumOffset, checksumFlags} = expression;
	return [...place, u32be(5, register(from)), u32be(6, checksumType), u32be(7, checksumOffset), u32be(8, checksumFlags)];
}

/** A value as `NFTA_DATA_VALUE` inside an attribute of this type. */
export const encodeValue = (type: number, value: Bytes): Buffer => nested(type, attribute(dataAttributes.value, Uint8Array.from(value)));

/** A verdict as `NFTA_DATA_VERDICT` inside an attribute of this type. */
export function encodeVerdict(type: number, verdict: Verdict): Buffer {
	const chain = verdict.kind === 'goto' ? [text(verdictAttributes.chain, verdict.chain)] : [];
	return nested(type, nested(dataAttributes.verdict, i32be(verdictAttributes.code, verdictCodes[verdict.kind]), ...chain));
}

/** The value inside a data attribute; nothing where it holds a verdict. */
export function decodeValue(payload: Buffer | undefined): Bytes | undefined {
	const value = payload && attributeMap(payload).get(dataAttributes.value);
	return value && [...value];
}

/** The verdict inside a data attribute; nothing where it holds a value or a verdict that farmctl never gives. */
export function decodeVerdict(payload: Buffer | undefined): Verdict | undefined {
	const verdict = payload && attributeMap(payload).get(dataAttributes.verdict);
	if (verdict === undefined) {
		return undefined;
	}

	const attributes = attributeMap(verdict);
	const code = attributes.get(verdictAttributes.code)?.readInt32BE(0);
	if (code === verdictCodes.goto) {
		return {kind: 'goto', chain: decodeText(attributes.get(verdictAttributes.chain) ?? Buffer.alloc(0))};
	}

	return code === verdictCodes.drop ? {kind: 'drop'} : (code === verdictCodes.accept ? {kind: 'accept'} : undefined);
}

/** The expression that `NFTA_LIST_ELEM` holds; of the kind `unknown`, with its name and bytes, when farmctl never writes such a one. */
export function decodeExpression(payload: Buffer): Expression {
	const outer = attributeMap(payload);
	const name = decodeText(outer.get(expressionAttributes.name) ?? Buffer.alloc(0));
	const data = outer.get(expressionAttributes.data) ?? Buffer.alloc(0);
	return decoders[name]?.(new Reader(data)) ?? {name: 'unknown', text: `${name} ${data.toString('hex')}`};
}

class Reader {
	readonly #attributes: Map<number, Buffer>;

	constructor(data: Buffer) {
		this.#attributes = attributeMap(data);
	}

	has(type: number): boolean {
		return this.#attributes.has(type);
	}

	/** Zero where the kernel leaves it out. */
	number(type: number): number {
		return this.#attributes.get(type)?.readUInt32BE(0) ?? 0;
	}

	word(type: number): number {
		return wordOf(this.number(type));
	}

	text(type: number): string {
		return decodeText(this.#attributes.get(type) ?? Buffer.alloc(0));
	}

	value(type: number): Bytes {
		return decodeValue(this.#attributes.get(type)) ?? [];
	}

	verdict(type: number): Verdict | undefined {
		return decodeVerdict(this.#attributes.get(type));
	}
}

const decoders: Readonly<Record<string, (reader: Reader) => Expression | undefined>> = {
	meta: reader => reader.has(3) ? {name: 'meta', key: reader.number(2), from: reader.word(3)} : {name: 'meta', key: reader.number(2), to: reader.word(1)},
	ct: reader => reader.has(1) && !reader.has(3) ? {name: 'ct', key: reader.number(2), to: reader.word(1)} : undefined,
	payload: decodePayload,
	bitwise: reader => reader.number(6) === bitwiseBoolean ? {name: 'bitwise', from: reader.word(1), to: reader.word(2), mask: reader.value(4), xor: reader.value(5)} : undefined,
	cmp(reader) {
		const is = comparisons[reader.number(2)];
		return is === undefined ? undefined : {name: 'cmp', from: reader.word(1), is, value: reader.value(3)};
	},
	range: reader => reader.number(2) === 0 ? {name: 'range', from: reader.word(1), low: reader.value(3), high: reader.value(4)} : undefined,
	lookup: reader => reader.has(3) && reader.number(3) !== verdictRegister
		? undefined
		: {name: 'lookup', from: reader.word(2), set: reader.text(1), isMap: reader.has(3), isInverted: reader.number(5) === lookupInverted},
	hash: reader => reader.number(6) === 0 && reader.number(7) === jenkins
		? {name: 'hash', from: reader.word(1), length: reader.number(3), to: reader.word(2), modulus: reader.number(4), seed: reader.number(5)}
		: undefined,
	immediate(reader) {
		const verdict = reader.verdict(2);
		return reader.number(1) === verdictRegister ? verdict && {name: 'verdict', verdict} : {name: 'immediate', to: reader.word(1), value: reader.value(2)};
	},
	objref: reader => reader.number(1) === counterObject && reader.has(2) ? {name: 'objref', counter: reader.text(2)} : undefined,
};

function decodePayload(reader: Reader): Expression | undefined {
	const base = bases[reader.number(2)];
	if (base === undefined) {
		return undefined;
	}

	const place = {name: 'payload', base, offset: reader.number(3), length: reader.number(4)} as const;
	return reader.has(5)
		? {...place, from: reader.word(5), checksumType: reader.number(6), checksumOffset: reader.number(7), checksumFlags: reader.number(8)}
		: {...place, to: reader.word(1)};
}
