/** Every generated file of the project: what it is made of and where it is committed. */

import {readFileSync} from 'node:fs';
import path from 'node:path';
import {keyRows, variantRows} from '../core/config/key-rows.js';
import {bashCompletion} from './bash-completion.js';
import {renderCommandTree} from './command-tree.js';
import {withHookVariables} from './man-hooks.js';
import {withKeySection} from './man-keys.js';
import {withProtocolFigures} from './man-protocol.js';
import {loadVerbs} from './verbs.js';

export type GeneratedFile = {
	/** Relative to the folder of package.json. */
	readonly file: string;
	readonly text: string;
};

/** What the files should hold. `root` is the folder of package.json. */
export async function generateFiles(root: string): Promise<GeneratedFile[]> {
	const verbs = await loadVerbs(root);
	const configPage = 'man/farmctl.conf.5';
	const conceptsPage = 'man/farmctl.7';
	const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
	return [
		{file: 'completions/farmctl.bash', text: bashCompletion(verbs)},
		{file: 'test/commands/command-tree.txt', text: renderCommandTree(verbs)},
		{file: configPage, text: withHookVariables(withKeySection(read(configPage), keyRows(), variantRows()))},
		{file: conceptsPage, text: withProtocolFigures(read(conceptsPage))},
	];
}
