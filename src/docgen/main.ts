/** Writes every generated file: `npm run docs`. */

import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {generateFiles} from './pages.js';

const root = path.join(import.meta.dirname, '../../..');
for (const {file, text} of await generateFiles(root)) {
	writeFileSync(path.join(root, file), text);
	process.stdout.write(`${file}\n`);
}
