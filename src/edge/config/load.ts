/** The configuration file, read and checked. */

import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {pathText, renderProblems, type Problem} from '../../core/config/problem.js';
import {locate, type Path, type Position} from '../../core/config/tree.js';
import type {Farm} from '../../core/model/farm.js';
import {ConfigFailure, SystemFailure} from '../../errors.js';
import {keyFileProblem} from './load-key.js';
import {secretProblems} from './load-secrets.js';
import {parseText} from './parse-text.js';
import {readYaml} from './yaml-tree.js';

export type LoadedFarm = {
	/** `keyFile` is an absolute path. */
	readonly farm: Farm;
	readonly text: string;
	readonly warnings: readonly Problem[];
};

/** Reads and checks the file, but not its key file. Rejects with a ConfigFailure that tells all problems, or that there is no such file. */
export async function loadFarm(file: string): Promise<LoadedFarm> {
	return farmOf(await readText(file), file);
}

/** As `loadFarm`, and checks the files with secrets too: each problem stands at the line that names the file. */
export async function checkFarm(text: string, file: string): Promise<LoadedFarm> {
	const loaded = farmOf(text, file);
	const {keyFile, application: {notify}} = loaded.farm;
	const keyProblem = await keyFileProblem(keyFile);
	const problems = [...keyProblem ? [{...keyProblem, path: ['key-file']}] : [], ...notify ? await secretProblems(notify) : []];
	if (problems.length > 0) {
		fail(file, text, problems.map(problem => ({...problem, path: pathText(problem.path), ...positionOf(text, problem.path)})));
	}

	return loaded;
}

/** The farm that the text says; the file's name is for messages, and what the key file's path is relative to. Throws a ConfigFailure. */
export function farmOf(text: string, file: string): LoadedFarm {
	const result = parseText(text);
	if ('problems' in result) {
		return fail(file, text, result.problems);
	}

	const {farm, warnings} = result;
	return {farm: {...farm, keyFile: path.resolve(path.dirname(file), farm.keyFile)}, text, warnings};
}

/** The text of the file. Rejects with a ConfigFailure when there is none, with a SystemFailure when it cannot be read. */
export async function readText(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') {
			throw new ConfigFailure(`there is no configuration '${file}'`, {
				hint: `farmctl config init --config ${file} writes a first one for this machine; --config FILE or FARMCTL_CONFIG names another`, cause: error,
			});
		}

		if (code === 'EISDIR') {
			throw new ConfigFailure(`'${file}' is a folder, not a configuration`, {cause: error});
		}

		throw new SystemFailure(`cannot read '${file}': ${code}`, {hint: code === 'EACCES' ? 'run it as root' : 'check the path', cause: error});
	}
}

function fail(file: string, text: string, problems: readonly Problem[]): never {
	const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
	throw new ConfigFailure(`${count} in the configuration\n${renderProblems(file, text, problems)}`, {problems});
}

const positionOf = (text: string, place: Path): Position => {
	const {tree} = readYaml(text);
	return tree ? locate(tree, place) : {line: 1, column: 1};
};
