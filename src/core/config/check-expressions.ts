/** Expressions: whether they can be read, and whether the checks that they name are there, are looked at when they are, and do not depend on them. */

import {expressionNames, parseExpression} from '../application/expression.js';
import {checkDefaults} from './check-keys.js';
import type {RawCheck, RawCheckList} from './keys.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';
import {suggest} from './suggest.js';

/** Reports what is wrong with each. A check that is itself wrong may still be named. */
export function checkExpressions(raw: RawCheckList, report: Report): void {
	for (const [index, check] of raw.entries()) {
		if (check?.variant === 'expression' && check.of !== undefined) {
			checkExpression(check, index, raw, report);
		}
	}
}

function checkExpression(check: RawCheck, index: number, raw: RawCheckList, report: Report): void {
	const path = ['checks', index, 'of'];
	const {failure, names} = readNames(check);
	if (failure) {
		report(path, `of: ${failure.message}`, {offset: failure.at, hint: 'such as web and not (db or cache)'});
	}

	for (const {name, at} of names) {
		const problem = problemOf(name, check, raw);
		if (problem) {
			report(path, problem.message, {offset: at, hint: problem.hint});
		}
	}
}

type NameProblem = {readonly message: string; readonly hint: string | undefined};

function problemOf(name: string, own: RawCheck, raw: RawCheckList): NameProblem | undefined {
	const known = raw.map(check => check?.name);
	const named = raw[known.indexOf(name)];
	if (!named) {
		return known.includes(name) || known.includes(undefined) ? undefined : unknownName(name, known.filter(other => other !== own.name) as string[]);
	}

	const way = wayBetween(name, own.name ?? '', raw);
	if (way) {
		return {message: way.length === 1 ? 'the expression names itself' : `the expression depends on itself: ${[own.name, ...way].join(', ')}`, hint: 'leave it out'};
	}

	return whenOf(own) === 'before-start' && whenOf(named) === 'up'
		? {message: `the check ${quote(name)} is looked at only while the services run, and this expression before they start`, hint: `when: before-start for ${name} too`}
		: undefined;
}

function unknownName(name: string, known: readonly string[]): NameProblem {
	const close = suggest(name, known);
	return {message: `there is no check ${quote(name)}`, hint: close === undefined ? `the other checks are ${known.join(', ')}` : `did you mean '${close}'?`};
}

/** The names from the first to the last, each of an expression that names the next; nothing where there is no such way. */
function wayBetween(from: string, to: string, raw: RawCheckList, seen = new Set<string>()): string[] | undefined {
	if (from === to || seen.has(from)) {
		return from === to ? [to] : undefined;
	}

	seen.add(from);
	const check = raw.find(other => other?.name === from);
	const further = (check ? readNames(check).names : []).map(({name}) => wayBetween(name, to, raw, seen)).find(way => way !== undefined);
	return further && [from, ...further];
}

/** No names of what is no expression. */
function readNames(check: RawCheck): {readonly failure?: {readonly at: number; readonly message: string}; readonly names: ReturnType<typeof expressionNames>} {
	const parsed = check.variant === 'expression' && check.of !== undefined ? parseExpression(check.of) : undefined;
	if (parsed === undefined) {
		return {names: []};
	}

	return 'expression' in parsed ? {names: expressionNames(parsed.expression)} : {failure: parsed, names: []};
}

const whenOf = (check: RawCheck): string => check.when ?? checkDefaults[check.variant].when;
