/** Help as it was laid out when farmctl was built. */

import {readFileSync} from 'node:fs';
import path from 'node:path';

/** By the words of a verb or a topic, such as `lab up`; the empty key is farmctl itself. */
export type HelpTexts = Readonly<Record<string, string>>;

/** Where the texts lie; `root` is the folder of package.json. */
export const helpFile = (root: string): string => path.join(root, 'dist/help.json');

/** The text that the command line asks for; `undefined` when it asks for none, or for a verb that does not exist. */
export function helpAskedFor(argv: readonly string[], root: string): string | undefined {
	const end = argv.indexOf('--');
	const words = end === -1 ? argv : argv.slice(0, end);
	const isAsked = words[0] === 'help' || words.includes('--help') || words.includes('-h');
	if (!isAsked) {
		return undefined;
	}

	const named = words.filter(word => !word.startsWith('-') && word !== 'help');
	const texts = JSON.parse(readFileSync(helpFile(root), 'utf8')) as HelpTexts;
	return texts[named.slice(0, 2).join(' ')] ?? (named.length > 1 ? texts[named[0]!] : undefined);
}
