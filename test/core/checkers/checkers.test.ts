import test from 'ava';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {chosenChecks, configuredList, partsOf} from '../../../src/core/checkers/list.js';
import {checkFinding, checkReport, evaluatedResult} from '../../../src/core/checkers/report.js';
import {checkListSchema, checkRunSchema} from '../../../src/core/checkers/schema.js';
import type {CheckResult} from '../../../src/core/model/check-result.js';
import {check, expression, settings} from '../application/configs.js';

const checks = [check('web'), check('db'), check('cache'), expression('all', 'web and not (db or cache)')];
const all = checks[3]!;
const names = (items: ReadonlyArray<{readonly name: string}>): string[] => items.map(({name}) => name);
const result = (outcome: CheckResult['outcome']): CheckResult => ({outcome, reason: 'so', tookMs: 1.5});

const validator = (schema: object) => {
	const ajv = new Ajv2020({strict: false});
	addFormats.default(ajv);
	return ajv.compile(schema);
};

test('the chosen checks, and those that their expressions are made of', t => {
	t.deepEqual(partsOf(all), ['web', 'db', 'cache']);
	t.deepEqual(partsOf(checks[0]!), []);
	const some = chosenChecks(checks, ['all', 'db']);
	t.deepEqual([names(some.chosen), names(some.needed)], [['db', 'all'], ['web', 'cache']]);
	const every = chosenChecks(checks, []);
	t.deepEqual([names(every.chosen), names(every.needed)], [['web', 'db', 'cache', 'all'], []]);
});

test('an expression follows from the newest results, a timeout counts as down', t => {
	const newest = new Map([['web', result('up')], ['db', result('timeout')], ['cache', result('down')]]);
	t.deepEqual(evaluatedResult(all, newest), {outcome: 'up', reason: 'web up, db timeout, cache down', tookMs: 0});
	newest.set('db', result('up'));
	t.is(evaluatedResult(all, newest)?.outcome, 'down');
	newest.delete('cache');
	t.is(evaluatedResult(all, newest)?.outcome, 'down');
	newest.set('db', result('down'));
	t.is(evaluatedResult(all, newest), undefined);
	t.is(evaluatedResult(checks[0]!, newest), undefined);
});

test('what is printed is what the schemas say', t => {
	const {application} = settings({checks});
	const farm = {name: 'web', application};
	const isList = validator(checkListSchema);
	t.true(isList(configuredList(farm)), JSON.stringify(isList.errors));
	t.false(isList({...configuredList(farm), source: 'hearsay'}));
	const isRun = validator(checkRunSchema);
	const at = '2026-01-02T03:04:05.678Z';
	const findings = [checkFinding(checks[0]!, {...result('up'), warning: 'the certificate ends'}, at), checkFinding(checks[1]!, {...result('timeout'), isCertain: true}, at)];
	t.deepEqual(Object.keys(findings[1]!), ['name', 'type', 'at', 'outcome', 'tookMs', 'reason']);
	for (const finding of findings) {
		t.true(isRun(finding), JSON.stringify(isRun.errors));
	}

	const report = checkReport('web', findings);
	t.true(isRun(report), JSON.stringify(isRun.errors));
	t.false(report.areUp);
	t.true(checkReport('web', findings.slice(0, 1)).areUp);
	t.false(isRun({...report, results: [{...findings[0]!, outcome: 'perhaps'}]}));
});
