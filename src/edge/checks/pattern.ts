/** Regular expressions of the configuration on text of the application: one that would take for ever on some text is stopped. */

import {createContext, runInContext, type Context} from 'node:vm';

/** A match takes microseconds; after so long it is given up. */
export const matchMsMax = 100;

let context: Context | undefined;

/** Whether the pattern is found in the text; undefined where that took too long. Throws a SyntaxError when it is no pattern. */
export function matches(pattern: string, text: string): boolean | undefined {
	const expression = new RegExp(pattern, 'u');
	context ??= createContext({});
	Object.assign(context, {expression, text});
	try {
		return runInContext('expression.test(text)', context, {timeout: matchMsMax}) as boolean;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
			return undefined;
		}

		throw error;
	}
}
