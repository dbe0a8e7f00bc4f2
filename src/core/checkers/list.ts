/** What `farmctl checkers list` tells: the checks as the daemon has them, or as they are configured where none runs. */

import {parseExpression, expressionNames} from '../application/expression.js';
import type {Check} from '../model/application.js';
import type {Farm} from '../model/farm.js';
import type {StatusCheck} from '../status/application.js';
import {looksAt} from '../status/looks-at.js';

export const checkListSchemaName = 'farmctl/checks/1';

export type CheckList = {
	readonly schema: typeof checkListSchemaName;
	/** `configuration`: no daemon answers, so nothing is known of how the checks are. */
	readonly source: 'daemon' | 'configuration';
	readonly farm: string;
	readonly checks: readonly StatusCheck[];
};

export const configuredList = ({name, application: {checks}}: Pick<Farm, 'name' | 'application'>): CheckList => ({
	schema: checkListSchemaName,
	source: 'configuration',
	farm: name,
	checks: checks.map(check => ({
		name: check.name,
		type: check.probe.type,
		looksAt: looksAt(check.probe),
		when: check.when,
		action: check.action,
		isEnabled: true,
		isBegun: false,
		state: 'unknown',
		sinceMs: 0,
		results: [],
	})),
});

/** The checks of those names, all without any, in the order of the configuration, and behind them those that expressions among them are made of. */
export function chosenChecks(checks: readonly Check[], names: readonly string[]): {readonly chosen: readonly Check[]; readonly needed: readonly Check[]} {
	const chosen = names.length === 0 ? checks : checks.filter(({name}) => names.includes(name));
	const parts = new Set(chosen.flatMap(check => partsOf(check)));
	return {chosen, needed: checks.filter(check => parts.has(check.name) && !chosen.includes(check))};
}

/** Names of the checks that an expression is made of; none for any other check. */
export function partsOf({probe}: Check): readonly string[] {
	const parsed = probe.type === 'expression' ? parseExpression(probe.of) : undefined;
	return parsed !== undefined && 'expression' in parsed ? expressionNames(parsed.expression).map(({name}) => name) : [];
}
