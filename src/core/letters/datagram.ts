/**
A letter between two nodes, cut into datagrams. The asker says hello, is told the receiver's token and clock, sends the parts of its request with both,
and gets the parts of the answer; parts are acknowledged by receipts and sent again until they are. All numbers big endian.

	 0  u8  format      1  u8  kind      2  u8  receiver      3  u8  reserved, 0      4  16  id of the letter

	hello    nothing more
	welcome  20  8    token of the receiver's life        28  u48  its clock, milliseconds
	request  20  8    token                               28  u48  not to be carried out after this, by the receiver's clock
	         34  u16  position of the part                36  u16  count of parts                38  bytes
	answer   20  u16  position of the part                22  u16  count of parts                24  bytes
	receipt  20  u8   1 of the request, 2 of the answer   21  u8   reserved, 0
	         22  u16  count of parts                      24  a bit for each part that is there, the first in the highest bit
	refusal  20  u8   why: 1 too many letters at once, 2 of another life of the receiver, 3 too late, 4 not of this request

The datagrams are sealed as heartbeats are, on a channel of their own. Why the token and the clock: a sealed datagram that somebody recorded and sends
again to a node that has just started is new to it; an order must not be carried out twice, nor hours after it was given.
*/

import type {NodeId} from '../model/farm.js';

/** A receiver refuses any other. */
export const letterFormat = 1;

/** A datagram with its seal, so that it passes every network whole. */
export const letterDatagramBytesMax = 1200;

/** Of a request or of an answer, as UTF-8. */
export const letterBytesMax = 256 * 1024;

/** Of one part, but the last. With the longest head and the 60 bytes of the seal it fits `letterDatagramBytesMax`. */
export const partBytes = 1100;

export const partsMax = Math.ceil(letterBytesMax / partBytes);

export const letterIdBytes = 16;
export const tokenBytes = 8;

export const refusalReasons = ['busy', 'another life', 'too late', 'not of this request'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export type LetterDatagram = {
	readonly receiver: NodeId;
	/** 32 hexadecimal digits. */
	readonly id: string;
} & LetterContent;

export type LetterContent =
	| {readonly kind: 'hello'}
	/** `token`: 16 hexadecimal digits. */
	| {readonly kind: 'welcome'; readonly token: string; readonly clockMs: number}
	| Part & {readonly kind: 'request'; readonly token: string; readonly untilMs: number}
	| Part & {readonly kind: 'answer'}
	| {readonly kind: 'receipt'; readonly of: 'request' | 'answer'; readonly has: readonly boolean[]}
	| {readonly kind: 'refusal'; readonly reason: RefusalReason};

/** What an answerer is sent, and what an asker is. */
export type ToAnswerer = Extract<LetterContent, {kind: 'hello' | 'request' | 'receipt'}>;
export type ToAsker = Extract<LetterContent, {kind: 'welcome' | 'answer' | 'receipt' | 'refusal'}>;

export type Part = {readonly position: number; readonly count: number; readonly bytes: Uint8Array};

export type LetterResult = {readonly ok: true; readonly datagram: LetterDatagram} | {readonly ok: false; readonly reason: 'letter'};

const kinds = ['hello', 'welcome', 'request', 'answer', 'receipt', 'refusal'] as const;
const headBytes = 4 + letterIdBytes;
const sides = ['request', 'answer'] as const;

export function encodeLetter(datagram: LetterDatagram): Uint8Array {
	const content = encodeContent(datagram);
	const bytes = new Uint8Array(headBytes + content.length);
	bytes.set([letterFormat, kinds.indexOf(datagram.kind) + 1, datagram.receiver, 0]);
	bytes.set(hexBytes(datagram.id), 4);
	bytes.set(content, headBytes);
	return bytes;
}

function encodeContent(content: LetterContent): Uint8Array {
	switch (content.kind) {
		case 'hello': {
			return new Uint8Array();
		}

		case 'welcome': {
			return new Uint8Array([...hexBytes(content.token), ...numberBytes(content.clockMs, 6)]);
		}

		case 'request': {
			return joined([...hexBytes(content.token), ...numberBytes(content.untilMs, 6), ...placeBytes(content)], content.bytes);
		}

		case 'answer': {
			return joined(placeBytes(content), content.bytes);
		}

		case 'receipt': {
			return new Uint8Array([sides.indexOf(content.of) + 1, 0, ...numberBytes(content.has.length, 2), ...bitBytes(content.has)]);
		}

		case 'refusal': {
			return new Uint8Array([refusalReasons.indexOf(content.reason) + 1]);
		}

		default: {
			return content satisfies never;
		}
	}
}

/** The datagram in the bytes. Never throws. */
export function decodeLetter(bytes: Uint8Array): LetterResult {
	const kind = kinds[bytes[1]! - 1];
	const content = bytes.length >= headBytes && bytes[0] === letterFormat && kind !== undefined ? decodeContent(kind, bytes.subarray(headBytes)) : undefined;
	return content === undefined
		? {ok: false, reason: 'letter'}
		: {ok: true, datagram: {receiver: bytes[2]!, id: hexOf(bytes.subarray(4, headBytes)), ...content}};
}

function decodeContent(kind: LetterContent['kind'], bytes: Uint8Array): LetterContent | undefined {
	switch (kind) {
		case 'hello': {
			return {kind};
		}

		case 'welcome': {
			return bytes.length < 14 ? undefined : {kind, token: hexOf(bytes.subarray(0, tokenBytes)), clockMs: numberIn(bytes, 8, 6)};
		}

		case 'request': {
			const part = bytes.length < 18 ? undefined : partIn(bytes.subarray(14));
			return part && {
				kind, token: hexOf(bytes.subarray(0, tokenBytes)), untilMs: numberIn(bytes, 8, 6), ...part,
			};
		}

		case 'answer': {
			const part = partIn(bytes);
			return part && {kind, ...part};
		}

		case 'receipt': {
			return receiptIn(bytes);
		}

		case 'refusal': {
			const reason = refusalReasons[bytes[0]! - 1];
			return reason === undefined ? undefined : {kind, reason};
		}

		default: {
			return kind satisfies never;
		}
	}
}

/** Every part is there whole: all but the last are `partBytes` long, and the last is not longer. */
function partIn(bytes: Uint8Array): Part | undefined {
	if (bytes.length < 4) {
		return undefined;
	}

	const [position, count] = [numberIn(bytes, 0, 2), numberIn(bytes, 2, 2)];
	const content = bytes.slice(4);
	const isSized = position === count - 1 ? content.length <= partBytes : content.length === partBytes;
	return count > 0 && count <= partsMax && position < count && isSized ? {position, count, bytes: content} : undefined;
}

function receiptIn(bytes: Uint8Array): LetterContent | undefined {
	const of = sides[bytes[0]! - 1];
	if (bytes.length < 4 || of === undefined) {
		return undefined;
	}

	const count = numberIn(bytes, 2, 2);
	if (count === 0 || count > partsMax || bytes.length < 4 + Math.ceil(count / 8)) {
		return undefined;
	}

	return {kind: 'receipt', of, has: Array.from({length: count}, (_, index) => (Math.floor(bytes[4 + Math.floor(index / 8)]! / (2 ** (7 - (index % 8)))) % 2) === 1)};
}

/** The bytes of a letter as parts; at least one. */
export function partsOf(bytes: Uint8Array): Uint8Array[] {
	return Array.from({length: Math.max(1, Math.ceil(bytes.length / partBytes))}, (_, index) => bytes.subarray(index * partBytes, (index + 1) * partBytes));
}

const placeBytes = ({position, count}: Part): number[] => [...numberBytes(position, 2), ...numberBytes(count, 2)];

function bitBytes(bits: readonly boolean[]): number[] {
	return Array.from({length: Math.ceil(bits.length / 8)}, (_, index) => bits.slice(index * 8, (index + 1) * 8).reduce((sum, isSet, bit) => sum + (isSet ? 2 ** (7 - bit) : 0), 0));
}

function joined(head: readonly number[], body: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(head.length + body.length);
	bytes.set(head);
	bytes.set(body, head.length);
	return bytes;
}

const numberBytes = (value: number, size: number): number[] => Array.from({length: size}, (_, index) => Math.floor(value / (256 ** (size - 1 - index))) % 256);

const numberIn = (bytes: Uint8Array, at: number, size: number): number => {
	let value = 0;
	for (const byte of bytes.subarray(at, at + size)) {
		value = (value * 256) + byte;
	}

	return value;
};

const hexBytes = (hex: string): number[] => Array.from({length: hex.length / 2}, (_, index) => Number.parseInt(hex.slice(2 * index, (2 * index) + 2), 16));

const hexOf = (bytes: Uint8Array): string => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
