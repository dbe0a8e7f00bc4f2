/** The sources as data for the tidy tests: every file with its imports. */

import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '../../..');

export type Source = {
	/** Relative to the root, such as `src/core/model/farm.ts`. */
	readonly file: string;
	readonly text: string;
	/** Relative imports as files below the root, others as they stand. */
	readonly imports: readonly string[];
};

const importPattern = /(?:^|\n)(?:import|export)[^"';]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s*'([^']+)'/g;

/** Every TypeScript file below the folders. */
export function sources(...folders: readonly string[]): Source[] {
	return folders.flatMap(folder => readdirSync(path.join(root, folder), {recursive: true, encoding: 'utf8'})
		.filter(name => /\.tsx?$/.test(name))
		.map(name => source(path.posix.join(folder, name))));
}

function source(file: string): Source {
	const text = readFileSync(path.join(root, file), 'utf8');
	const imports = [...text.matchAll(importPattern)].map(match => resolveImport(file, (match[1] ?? match[2] ?? match[3])!));
	return {file, text, imports};
}

function resolveImport(file: string, name: string): string {
	return name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name).replace(/\.js$/, '.ts') : name;
}
