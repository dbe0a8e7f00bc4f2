/** Calls of the C library that Node has not, through koffi, which is loaded when the first of them is needed. */

import {SystemFailure} from '../../errors.js';

/** What the function returns; where that is negative, the negative errno instead, whose name `getSystemErrorName` of node:util knows. */
export type NativeCall = (...values: readonly unknown[]) => number;

/** Declares a function that returns a number by its C prototype. */
export type DeclareNative = (prototype: string) => NativeCall;

/** Loads the library. Rejects with a SystemFailure when koffi cannot be loaded: `what` needs it, `otherwise` does without. */
export async function loadLibc(what: string, otherwise: string): Promise<DeclareNative> {
	const {default: koffi} = await import('koffi').catch((error: unknown) => {
		throw new SystemFailure(`${what} needs the package koffi, which cannot be loaded`, {hint: `npm install koffi, or ${otherwise}`, cause: error});
	});
	const library = koffi.load(null);
	return prototype => {
		const run = library.func(prototype) as NativeCall;
		return (...values) => {
			const result = run(...values);
			return result < 0 ? -koffi.errno() : result;
		};
	};
}
