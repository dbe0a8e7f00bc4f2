/** Reasons hold what programs and servers say: they are shown as one line, printable and of bounded length, whatever it was. */

import {printable} from '../../core/status/display-width.js';

/** Characters of a reason or a warning; what is longer is cut. */
export const reasonLengthMax = 200;

export function reasonLine(text: string): string {
	const line = printable(text.slice(0, 4 * reasonLengthMax).replaceAll(/\s+/gu, ' ').trim());
	return line.length > reasonLengthMax ? `${line.slice(0, reasonLengthMax - 1).toWellFormed()}…` : line;
}
