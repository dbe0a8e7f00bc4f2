/** Calls of the C library that Node has not, through koffi, which is loaded when the first of them is needed. */

import {SystemFailure} from '../../errors.js';

/** What the function returns; where that is negative, the negative errno instead, whose name `getSystemErrorName` of node:util knows. */
export type NativeCall = (...values: readonly unknown[]) => number;

/** The same in a thread of libuv's pool, for what waits; -1 where it failed, since errno stays in that thread. */
export type NativeCallApart = (...values: readonly unknown[]) => Promise<number>;

/** Declares a function that returns a number by its C prototype. */
export type DeclareNative = ((prototype: string) => NativeCall) & {readonly apart: (prototype: string) => NativeCallApart};

type Declared = ((...values: readonly unknown[]) => number) & {readonly async: (...values: readonly unknown[]) => void};

/** Loads the library. Rejects with a SystemFailure when koffi cannot be loaded: `what` needs it, `otherwise` does without. */
export async function loadLibc(what: string, otherwise: string): Promise<DeclareNative> {
	const {default: koffi} = await import('koffi').catch((error: unknown) => {
		throw new SystemFailure(`${what} needs the package koffi, which cannot be loaded`, {hint: `npm install koffi, or ${otherwise}`, cause: error});
	});
	const library = koffi.load(null);
	const declare = (prototype: string): NativeCall => {
		const run = library.func(prototype) as unknown as Declared;
		return (...values) => {
			const result = run(...values);
			return result < 0 ? -koffi.errno() : result;
		};
	};

	const apart = (prototype: string): NativeCallApart => {
		const run = library.func(prototype) as unknown as Declared;
		return async (...values) => new Promise((resolve, reject) => {
			run.async(...values, (error: Error | null, result: number) => {
				if (error) {
					reject(error);
				} else {
					resolve(result);
				}
			});
		});
	};

	return Object.assign(declare, {apart});
}
