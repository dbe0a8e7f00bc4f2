/** Reads what `farmctl rules save` printed, from a file or stdin. */

import {readFile} from 'node:fs/promises';
import process from 'node:process';
import {text as textOf} from 'node:stream/consumers';
import {parseSavedRules, type SavedRules} from '../core/ruleset/saved-rules.js';
import {ConfigFailure, SystemFailure} from '../errors.js';

/** The rules of this farm; `-` reads stdin. Rejects with a SystemFailure when there is no such file, with a ConfigFailure that names the line when it cannot be read. */
export async function readSavedRules(file: string, farmName: string): Promise<SavedRules> {
	const saved = parseSavedRules(await contentOf(file));
	const name = file === '-' ? '(stdin)' : file;
	if ('problem' in saved) {
		const {line, text, cause} = saved.problem;
		throw new ConfigFailure(`${name}:${line}: ${cause}\n  ${text}`, {hint: 'give it what \'farmctl rules save\' prints, unchanged'});
	}

	if (saved.farm !== farmName) {
		throw new ConfigFailure(`${name}:1: these are the rules of farm '${saved.farm}', and the configuration is that of farm '${farmName}'`, {hint: 'name the farm\'s own with --config'});
	}

	return saved;
}

async function contentOf(file: string): Promise<string> {
	try {
		return file === '-' ? await textOf(process.stdin) : await readFile(file, 'utf8');
	} catch (error) {
		throw new SystemFailure(`cannot read '${file}': ${(error as Error).message}`, {cause: error});
	}
}
