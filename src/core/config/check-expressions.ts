/** Expressions: whether they can be read, and whether the checks that they name are there and are looked at when they are. */

import type {Check} from '../model/application.js';
import {expressionNames, parseExpression} from '../application/expression.js';
import type {RawCheckList} from './check-checks.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';
import {suggest} from './suggest.js';

/** Reports what is wrong with each. A check that is itself wrong may still be named. */
export function checkExpressions(checks: ReadonlyArray<Check | undefined>, raw: RawCheckList, report: Report): void {
	for (const [index, item] of raw.entries()) {
		if (item?.variant === 'expression' && item.of !== undefined) {
			checkExpression(item.of, index, {checks, names: raw.map(other => other?.name), isEveryNameKnown: raw.every(other => other?.name !== undefined)}, report);
		}
	}
}

type Known = {readonly checks: ReadonlyArray<Check | undefined>; readonly names: ReadonlyArray<string | undefined>; readonly isEveryNameKnown: boolean};

function checkExpression(text: string, index: number, {checks, names, isEveryNameKnown}: Known, report: Report): void {
	const path = ['checks', index, 'of'];
	const parsed = parseExpression(text);
	if (!('expression' in parsed)) {
		report(path, `of: ${parsed.message}`, {offset: parsed.at, hint: 'such as web and not (db or cache)'});
		return;
	}

	for (const {name, at} of expressionNames(parsed.expression)) {
		const check = checks[names.indexOf(name)];
		if (!names.includes(name)) {
			if (isEveryNameKnown) {
				const close = suggest(name, names.filter(known => known !== undefined && known !== names[index]) as string[]);
				report(path, `there is no check ${quote(name)}`, {offset: at, hint: close === undefined ? `the checks are ${names.join(', ')}` : `did you mean '${close}'?`});
			}
		} else if (name === names[index]) {
			report(path, 'the expression names itself', {offset: at});
		} else if (check?.probe.type === 'expression') {
			report(path, `the check ${quote(name)} is an expression itself`, {offset: at, hint: 'write out, in parentheses, what it says'});
		} else if (check?.when === 'up' && checks[index]?.when === 'before-start') {
			report(path, `the check ${quote(name)} is looked at only while the services run, and this expression before they start`, {offset: at, hint: `when: before-start for ${name} too`});
		}
	}
}
