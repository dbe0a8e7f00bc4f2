/**
The text of a configuration, checked: reading YAML and the core's checks in one.
*/

import {parseFarm, type ParseResult} from '../../core/config/parse.js';
import {sortProblems} from '../../core/config/problem.js';
import {readYaml} from './yaml-tree.js';

/** Never throws. When the text is not YAML, only that is told: all else would be guesses. */
export function parseText(text: string): ParseResult {
	const {tree, problems} = readYaml(text);
	if (!tree) {
		return {problems};
	}

	const result = parseFarm(tree);
	return problems.length === 0 ? result : {problems: sortProblems([...problems, ...('problems' in result ? result.problems : [])])};
}
