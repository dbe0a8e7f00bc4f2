/**
The expressions that the kernel's nf_tables machine runs, as data. Registers are counted in words of four bytes, 0 to 15; a value longer than a word
fills the words behind it.
*/

import type {Bytes, Verdict} from './model.js';
import type {PayloadBase} from './fields.js';

export type Expression =
	| {readonly name: 'meta'; readonly key: number; readonly to: number}
	| {readonly name: 'meta'; readonly key: number; readonly from: number}
	| {readonly name: 'ct'; readonly key: number; readonly to: number}
	| {readonly name: 'payload'; readonly base: PayloadBase; readonly offset: number; readonly length: number; readonly to: number}
	| {readonly name: 'payload'; readonly base: PayloadBase; readonly offset: number; readonly length: number; readonly from: number; readonly checksumType: number; readonly checksumOffset: number; readonly checksumFlags: number}
	| {readonly name: 'bitwise'; readonly from: number; readonly to: number; readonly mask: Bytes; readonly xor: Bytes}
	| {readonly name: 'cmp'; readonly from: number; readonly is: 'equal' | 'different'; readonly value: Bytes}
	| {readonly name: 'range'; readonly from: number; readonly low: Bytes; readonly high: Bytes}
	| {readonly name: 'lookup'; readonly from: number; readonly set: string; readonly isMap: boolean; readonly isInverted: boolean}
	/** Jenkins' hash of `length` bytes, scaled to less than `modulus`. */
	| {readonly name: 'hash'; readonly from: number; readonly length: number; readonly to: number; readonly modulus: number; readonly seed: number}
	| {readonly name: 'immediate'; readonly to: number; readonly value: Bytes}
	| {readonly name: 'verdict'; readonly verdict: Verdict}
	| {readonly name: 'objref'; readonly counter: string}
	| {readonly name: 'unknown'; readonly text: string};
