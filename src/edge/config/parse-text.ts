/** The text of a configuration, checked: reading YAML and the core's checks in one. */

import {parseFarm, type ParseResult} from '../../core/config/parse.js';
import {sortProblems, type Problem} from '../../core/config/problem.js';
import {readYaml} from './yaml-tree.js';

/** Never throws. When the text is not YAML, only that is told: all else would be guesses; nor what only follows from a refusal at the same place. */
export function parseText(text: string): ParseResult {
	const {tree, problems} = readYaml(text);
	if (!tree) {
		return {problems};
	}

	const result = parseFarm(tree);
	if (problems.length === 0) {
		return result;
	}

	const others = 'problems' in result ? result.problems : [];
	const isNew = (problem: Problem): boolean => !problems.some(({line, column}) => line === problem.line && column === problem.column);
	return {problems: sortProblems([...problems, ...others.filter(problem => isNew(problem))])};
}
