import {Ajv2020} from 'ajv/dist/2020.js';
import test from 'ava';
import fc from 'fast-check';
import {farmSchema} from '../../../src/core/config/json-schema.js';
import {keyRows} from '../../../src/core/config/key-rows.js';
import {farmKeys} from '../../../src/core/config/keys.js';
import {readShape} from '../../../src/core/config/shape.js';
import {treeOf, type JsonValue, type Path} from '../../../src/core/config/tree.js';
import {applicationDocument, goodDocument, withAt} from './documents.js';

const ajv = new Ajv2020({strict: true, allowUnionTypes: true, strictTuples: false});
const validate = ajv.compile(farmSchema());

function shapeProblems(document: JsonValue): string[] {
	const messages: string[] = [];
	readShape(treeOf(document), farmKeys, (_, message) => {
		messages.push(message);
	});
	return messages;
}

const paths: readonly Path[] = [
	[], ['farm'], ['key-file'], ['nodes'], ['nodes', 'web1'], ['nodes', 'bad name'], ['nodes', 'web1', 'id'], ['nodes', 'web1', 'addresses'], ['nodes', 'web1', 'addresses', 0],
	['nodes', 'web1', 'weight'], ['nodes', 'web1', 'other'], ['heartbeat'], ['heartbeat', 'detection'], ['heartbeat', 'lease'], ['heartbeat', 'port'], ['heartbeat', 'other'],
	['vips'], ['vips', 0], ['vips', 0, 'address'], ['vips', 0, 'interface'], ['vips', 0, 'mode'], ['vips', 0, 'mac'], ['vips', 0, 'other'],
	['rules'], ['rules', 0], ['rules', 0, 'vip'], ['rules', 0, 'protocol'], ['rules', 0, 'ports'], ['rules', 0, 'ports', 0], ['rules', 0, 'affinity'], ['rules', 0, 'group'],
	['groups'], ['groups', 'static'], ['groups', 'static', 'weights'], ['groups', 'static', 'weights', 'web1'],
	['groups', 'static', 'priority'], ['groups', 'static', 'priority', 0], ['groups', 'static', 'other'],
	['seed'], ['finish'], ['services'], ['other'],
];

/** Without texts whose limits only the checker knows: durations out of range, ranges that run backwards. */
const values: ReadonlyArray<JsonValue | undefined> = [
	undefined, null, true, 0, 1, 1.5, -1, 64, 65, 1000, 1001, 65_535, 65_536, 4_294_967_295, 4_294_967_296, '', 'web', 'a b', 'unicast', 'directed', 'tcp', 'client', 'ipid',
	'192.0.2.1', '192.0.2.1/24', '2001:db8::1', '2001:db8::1/64', '02:00:00:00:00:01', '02-00-00-00-00-01',
	'300ms', '1.5s', '1 s', '8000-8010', '8000 - 8010', 'eth0', '..', 'x'.repeat(16), 'x'.repeat(64),
	'..eth', 'a\nb', [], ['192.0.2.1'], [80], ['80-90', 443], {}, {id: 1}, {web1: 5}, {weights: {web1: 1}}, {static: {}}, {priority: ['web1']}, ['web1', 'web2'],
	{id: 1, addresses: ['192.0.2.9']}, Array.from({length: 9}, () => '192.0.2.1'), Array.from({length: 101}, () => 80),
];

test('schema and checker take and refuse the same shapes', t => {
	const counts = {good: 0, bad: 0};
	for (const path of paths) {
		for (const value of path.length === 0 ? values.slice(1) : values) {
			const document = withAt(goodDocument, path, value);
			const isValid = validate(document);
			const problems = shapeProblems(document);
			t.is(problems.length === 0, isValid, `${path.join('.')} = ${JSON.stringify(value)}: ${problems.join('; ')} | ${ajv.errorsText(validate.errors)}`);
			counts[isValid ? 'good' : 'bad']++;
		}
	}

	t.true(counts.good > 100 && counts.bad > 500);
});

/** Every place of the document, and a key beside those of each thing. */
function placesOf(value: JsonValue, path: Path = []): Path[] {
	if (Array.isArray(value)) {
		return [path, ...(value as JsonValue[]).flatMap((item, index) => placesOf(item, [...path, index]))];
	}

	return typeof value === 'object' && value !== null
		? [path, [...path, 'other'], ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]))]
		: [path];
}

const applicationKeys = ['services', 'checks', 'hooks', 'actions', 'boot', 'keep-at-least', 'slow-start', 'probe', 'notify'] as const;
const applicationPlaces = applicationKeys.flatMap(key => placesOf(applicationDocument[key], [key]));

const applicationValues: ReadonlyArray<JsonValue | undefined> = [
	undefined, null, true, 0, 1, 99, 100, 600, 1.5, 65_536, '', 'web', 'a b', '/bin/true', '/', 'a\nb', '/a\u{0}b', 'unit', 'tcp', 'https', 'expression', 'handler', 'up', 'before-start',
	'192.0.2.1', '192.0.2.1:80', '[2001:db8::1]:80', '2001:db8::1:80', 'nginx.service', '-a.service', 'http://x', 'https://[::1]:8443/a?b', 'https://a:b@x/', 'http://x y/', '200-299', '2s', '5 s', '500MB', '1.5GiB',
	'5M', 'a@b.c', 'a@b', [], ['/bin/true'], ['/bin/true', 5], ['bin'], [5], ['/bin/true', ''], ['/bin/true', null], [200, '300-399'], {}, {A: 'b'}, {A: 7}, {'A B': 'c'}, {type: 'ping', name: 'x', address: '192.0.2.1'},
	{type: 'ping', name: 'x'}, {type: 'expression', name: 'x', of: 'a and b'}, {type: 'expression', name: 'x', of: 'a', interval: '1s'}, {name: 'x', unit: 'a.service'}, {name: 'x', start: ['/a'], stop: ['/b']},
	{name: 'x', unit: 'a.service', command: ['/a']}, {name: 'x', start: ['/a']}, {name: 'x'}, Array.from({length: 101}, () => '/a'),
];

/** Of what the schema has no word for. */
const isOfRange = (problem: string): boolean => problem.includes('is out of range');

test('so do they with services, checks and what goes with them', t => {
	const counts = {good: 0, bad: 0};
	t.deepEqual(shapeProblems(applicationDocument), []);
	for (const path of applicationPlaces) {
		for (const value of applicationValues) {
			const document = withAt(applicationDocument, path, value);
			const isValid = validate(document);
			const problems = shapeProblems(document).filter(problem => !isOfRange(problem));
			t.is(problems.length === 0, isValid, `${path.join('.')} = ${JSON.stringify(value)}: ${problems.join('; ')} | ${ajv.errorsText(validate.errors)}`);
			counts[isValid ? 'good' : 'bad']++;
		}
	}

	t.true(counts.good > 1000 && counts.bad > 5000, JSON.stringify(counts));
});

test('also where several things are changed', t => {
	const change = fc.tuple(fc.constantFrom(...paths.slice(1)), fc.constantFrom(...values));
	fc.assert(fc.property(fc.array(change, {minLength: 1, maxLength: 4}), changes => {
		let changed: JsonValue = goodDocument;
		for (const [path, value] of changes) {
			changed = withAt(changed, path, value);
		}

		const text = JSON.stringify(changed);
		const document = JSON.parse(text) as JsonValue;
		t.is(shapeProblems(document).length === 0, validate(document), text);
	}), {numRuns: 500});
});

test('what the schema cannot say is stricter in the checker', t => {
	for (const [path, value] of [[['heartbeat', 'detection'], '1ms'], [['hooks'], {timeout: '1ms'}], [['rules', 0, 'ports'], ['90-80']], [['rules', 0, 'ports'], ['0-99999']], [['finish'], '100h']] as const) {
		const document = withAt(goodDocument, path, value);
		t.true(validate(document));
		t.is(shapeProblems(document).length, 1);
	}
});

test('every default is right by the schema, and every key has a sentence', t => {
	const rows = keyRows();
	t.deepEqual(rows.filter(({doc, path, type}) => doc === '' || path === '' || type === ''), []);
	t.deepEqual(rows.filter(({doc}) => doc.endsWith('.')), []);
	t.true(rows.some(({path, limits, default: value}) => path === 'nodes.NAME.weight' && limits === '0 to 1000' && value === '1'));
	t.true(rows.some(({path}) => path === 'vips[].mode'));
	t.deepEqual(shapeProblems(withAt(withAt(goodDocument, ['heartbeat'], undefined), ['finish'], undefined)), []);
});
