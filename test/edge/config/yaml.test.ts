import {readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import {renderFarm} from '../../../src/core/config/render.js';
import {documentationAddress, renderSample} from '../../../src/core/config/sample.js';
import type {Problem} from '../../../src/core/config/problem.js';
import {noApplication} from '../../../src/core/model/application.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {parseText} from '../../../src/edge/config/parse-text.js';
import {configCharactersMax} from '../../../src/edge/config/yaml-tree.js';

const good = readFileSync(new URL('../../../../test/fixtures/config/two-nodes.yaml', import.meta.url), 'utf8');

const problemsOf = (text: string): readonly Problem[] => {
	const result = parseText(text);
	return 'problems' in result ? result.problems : [];
};

function farmOf(text: string): Farm {
	const result = parseText(text);
	if ('problems' in result) {
		throw new Error(JSON.stringify(result.problems));
	}

	return result.farm;
}

const placed = test.macro({
	exec(t, from: string, to: string, ...expected: string[]) {
		t.true(good.includes(from));
		t.deepEqual(problemsOf(good.replace(from, () => to)).map(({line, column, message}) => `${line}:${column}: ${message}`), expected);
	},
	title: (_, from, to) => `'${from}' becomes ${JSON.stringify(to)}`,
});

test(placed, 'farm: web', 'fram: web', '1:1: unknown key \'fram\'', '1:1: the configuration: the key \'farm\' is missing');
test(placed, 'weight: 2', 'weight: heavy', '5:66: weight: expected a whole number from 0 to 1000, found \'heavy\'');
test(placed, 'weight: 2', 'id: 3', '5:58: the key \'id\' is already on line 5');
test(placed, 'web2: {', 'web1: {', '5:3: the key \'web1\' is already on line 4');
test(placed, 'farm: web', 'farm: &name web', '1:13: the anchor \'&name\' is not supported');
test(placed, 'key-file: farm.key', 'key-file: *name', '2:11: the alias \'*name\' is not supported');
test(placed, 'farm: web', 'farm: !!str web', '1:13: the tag \'tag:yaml.org,2002:str\' is not supported');
test(placed, 'detection: 300ms', 'detection: 300', '6:24: detection: expected a duration such as 300ms, 2s, 10m or 1h, found the number 300');
test(placed, 'interface: eth0}', 'interface: eth0, mode: directed}', '8:54: mode: this version does not support \'directed\' yet');
test(placed, 'rules:', 'services: {}\nrules:', '10:11: services: expected a list, found keys with values');
test(placed, 'rules:', 'checks:\n  - {name: a, type: expression, of: b and (a or c)}\nrules:', '11:37: there is no check \'b\'', '11:44: the expression names itself', '11:49: there is no check \'c\'');
test(placed, 'rules:', 'checks:\n  - name: a\n    type: expression\n    of: "not"\nrules:', '13:13: of: expected the name of a check, not or a parenthesis, found the end');
test(placed, 'rules:', 'checks:\n  - name: a\n    type: expression\n    of: >-\n      not\nrules:', '13:9: of: expected the name of a check, not or a parenthesis, found the end');
test(placed, 'farm: web', '---\nfarm: web\n---', '3:1: the file must hold one document, so there can be no second \'---\'');

test('all syntax errors are told, with their places, and nothing that is guessed from them', t => {
	const problems = problemsOf('farm: [a\nnodes: {b\nvips: "x\n');
	t.true(problems.length >= 2, JSON.stringify(problems));
	t.true(problems.every(({message}) => message.startsWith('not valid YAML: ')));
	t.is(new Set(problems.map(({line, column}) => `${line}:${column}`)).size, problems.length);
});

test('an alias is refused even where it would resolve', t => {
	t.true(problemsOf(`x: &a 1\ny: *a\n${good}`).some(({message, line}) => line === 2 && message.includes('alias')));
});

test('reading never throws, whatever the text', t => {
	const piece = fc.constantFrom(
		'farm', ':', ' ', '\n', '  ', '- ', '{', '}', '[', ']', ',', '"', '\'', '&a', '*a', '!!x', '? ', '|', '>', '#', '\t', '---', '...', '%', '\u{0}', '\u{D800}', '0x', '.nan', '<<', 'nodes: ',
	);
	const pieced = fc.array(piece, {maxLength: 40}).map(pieces => pieces.join(''));
	const spoilt = fc.tuple(fc.nat(good.length), fc.array(piece, {maxLength: 3}), fc.nat(20)).map(([at, pieces, cut]) => good.slice(0, at) + pieces.join('') + good.slice(at + cut));
	const text = fc.oneof(fc.string(), fc.string({unit: 'binary'}), pieced, spoilt);
	fc.assert(fc.property(text, candidate => {
		const result = parseText(candidate);
		t.true('farm' in result || result.problems.length > 0);
		t.true(('problems' in result ? result.problems : []).every(({line, column}) => line >= 1 && column >= 1));
	}), {numRuns: 600});
});

test('deep, large and empty texts are problems', t => {
	t.true(problemsOf('['.repeat(20_000)).length > 0);
	t.true(problemsOf('- '.repeat(5000)).length > 0);
	t.true(problemsOf(`${'['.repeat(100)}${']'.repeat(100)}`).length > 0);
	t.true(problemsOf('#'.repeat(configCharactersMax + 1))[0]!.message.includes('larger'));
	t.is(problemsOf('').length, 1);
});

test('what is shown is read as the same farm', t => {
	t.deepEqual(farmOf(renderFarm(farmOf(good))), farmOf(good));
	const name = fc.oneof(fc.constantFrom('true', 'null', 'on', 'y', '0x1', '1e3', '1', '1.5', 'web-1', 'NaN', 'a.b'), fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,62}$/u));
	const arbitraryPorts = fc.array(fc.tuple(fc.integer({min: 1, max: 65_535}), fc.nat(300)), {minLength: 1, maxLength: 8});
	const document = fc.record({
		farm: name, first: name, second: name, keyFile: fc.string({minLength: 1, maxLength: 30}).filter(text => !/[\u{0}-\u{1F}]/u.test(text)), ports: arbitraryPorts,
		detection: fc.integer({min: 30, max: 60_000}), weight: fc.nat(1000), finish: fc.nat(86_400_000),
		affinity: fc.constantFrom('client', 'connection', 'network'), group: fc.constantFrom('default', 'static', 'yes'), own: fc.nat(1000), mode: fc.constantFrom('unicast', 'multicast'),
	});
	fc.assert(fc.property(document, ({farm, first, second, keyFile, ports, detection, weight, finish, affinity, group, own, mode}) => {
		fc.pre(first !== second);
		const config = JSON.stringify({
			farm, 'key-file': keyFile, nodes: {[first]: {id: 1, addresses: ['192.0.2.1'], weight}, [second]: {id: 64, addresses: ['192.0.2.2']}}, heartbeat: {detection: `${detection}ms`},
			vips: [{address: '192.0.2.9/24', interface: 'eth0.5', mode}], finish: `${finish}ms`, groups: {static: {weights: {[second]: own}}, yes: {priority: [second, first]}},
			rules: [{vip: '192.0.2.9', protocol: 'udp', ports: ports.map(([from, size]) => `${from}-${Math.min(65_535, from + size)}`), affinity, group}],
		});
		t.deepEqual(farmOf(renderFarm(farmOf(config))), farmOf(config));
	}), {numRuns: 200});
});

test('the first configuration of any machine is right', t => {
	const address = fc.oneof(
		fc.tuple(fc.integer({min: 1, max: 223}).filter(byte => byte !== 127), fc.nat(255), fc.nat(255), fc.integer({min: 1, max: 254}), fc.integer({min: 8, max: 32}))
			.map(([a, b, c, d, prefixLength]) => ({address: `${a}.${b}.${c}.${d}`, prefixLength})),
		fc.tuple(fc.integer({min: 1, max: 0xFF_FF}), fc.integer({min: 32, max: 128})).map(([group, prefixLength]) => ({address: `2001:db8::${group.toString(16)}`, prefixLength})),
	);
	fc.assert(fc.property(address, fc.string(), (machine, hostname) => {
		t.deepEqual(problemsOf(renderSample({...machine, interface: 'eth0'}, hostname)), []);
	}));
	t.deepEqual(problemsOf(renderSample(undefined, '')), []);
	const withApplication = renderSample(undefined, 'web1').replaceAll(/^# (?=\w[\w-]*: )|^# (?= +- )/gmu, '');
	t.deepEqual(problemsOf(withApplication), []);
	t.like(farmOf(withApplication).application, {...noApplication, services: [{name: 'web'}], checks: [{name: 'site'}, {name: 'process'}, {name: 'gateway', when: 'before-start'}]});
	t.true(renderSample(undefined, 'web1').includes(documentationAddress.address));
});

test('an application that is shown is read as the same', t => {
	const text = (size: number): fc.Arbitrary<string> => fc.string({minLength: 1, maxLength: size, unit: fc.constantFrom(...'aZ 09:#-{}[],\'"\\|>&*!%@`?=~/\u{E9}')});
	const command = fc.tuple(text(20).map(name => `/${name}`), fc.array(fc.oneof(text(20), fc.constantFrom('', 'true', '1e3', '0x1', 'a\nb', '- a')), {maxLength: 4})).map(([program, rest]) => [program, ...rest]);
	const duration = fc.integer({min: 1000, max: 3_600_000}).map(ms => `${ms}ms`);
	const common = {interval: duration, timeout: duration, rise: fc.integer({min: 1, max: 100}), fall: fc.integer({min: 1, max: 100}), initial: fc.constantFrom('up', 'down', 'unknown'), when: fc.constantFrom('before-start', 'up')};
	const address = fc.constantFrom('192.0.2.7', '2001:db8::7', '::1');
	const port = fc.integer({min: 1, max: 65_535});
	const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(type: string, required: T, more: Record<string, fc.Arbitrary<unknown>> = {}): fc.Arbitrary<unknown> =>
		fc.record({type: fc.constant(type), ...required, ...common, ...more}, {requiredKeys: ['type', ...Object.keys(required)]});
	const pattern = fc.constantFrom('a|b', String.raw`\(#\)`, '^{"ok": ?true}$'.replaceAll(/[{}]/gu, '.'), ': ');
	const check = fc.oneof(
		optional('process', {process: text(15).filter(name => !name.includes('/')), 'at-least': fc.constantFrom(1, 3)}, {'at-most': fc.integer({min: 3, max: 9})}),
		optional('process', {'pid-file': text(9).map(name => `/${name}`)}), optional('process', {unit: fc.constant('a@b.service')}), optional('process', {service: fc.constant('true')}, {when: fc.constant('up')}),
		optional('tcp', {port}, {address}), optional('ping', {address}), optional('interface', {interface: fc.constantFrom('eth0', 'on')}), optional('address', {address}, {interface: fc.constant('no')}),
		optional('http', {url: fc.constantFrom('http://[::1]:80/a?b=%20', 'http://x')}, {status: fc.constantFrom([200], ['200-299', 404]), body: pattern, method: fc.constant('GET'), headers: fc.dictionary(fc.constantFrom('Accept', 'x-1', '1'), text(30), {maxKeys: 3})}),
		optional('http', {url: fc.constant('https://x/#'.slice(0, -1))}, {verify: fc.boolean(), authorities: fc.constant('/a b'), 'expiry-warning': duration}),
		optional('command', {command}, {reports: fc.boolean()}), optional('unit', {unit: fc.constant('a.mount')}), optional('farm', {'run-dir': fc.constant('/run/x')}),
		optional('file', {path: text(9).map(name => `/${name}`)}, {'age-max': duration, 'free-min': fc.integer({min: 1, max: 1e12}).map(bytes => `${bytes}B`)}), optional('file', {path: fc.constant('/a'), absent: fc.constant(true)}),
		optional('dns', {server: address, query: fc.constantFrom('x.y', '1')}, {port}), optional('udp', {port, send: fc.oneof(text(40), fc.constant('a\r\nb'))}, {address, expect: pattern}),
	);
	const document = fc.record({
		run: command, hook: command, environment: fc.dictionary(fc.constantFrom('A', 'NO', 'true', 'x_1'), text(20), {maxKeys: 3}), folder: text(10).map(name => `/${name}`),
		checks: fc.array(check, {maxLength: 12}), boot: fc.constantFrom('start', 'stay', 'as-before'), slow: duration, listen: fc.constantFrom('0.0.0.0:80', '[::]:8080'), user: text(20), handler: command,
	});
	fc.assert(fc.property(document, ({run, hook, environment, folder, checks, boot, slow, listen, user, handler}) => {
		const config = JSON.stringify({
			farm: 'x', nodes: {a: {id: 1, addresses: ['192.0.2.1']}}, vips: [{address: '192.0.2.9/24', interface: 'eth0'}], rules: [{vip: '192.0.2.9', protocol: 'tcp'}],
			services: [{name: 'true', command: run, folder, environment}, {name: 'b', start: run, stop: hook, status: handler}, {name: '1', unit: 'a.service'}],
			checks: [...checks.map((item, index) => ({name: `c${index}`, ...item as object})), {name: 'e1', type: 'expression', of: 'e2 or not e2', action: 'handler', handler}, {name: 'e2', type: 'tcp', port: 1}],
			hooks: {'before-start': hook, 'on-farm': run}, boot, 'slow-start': slow, probe: {listen},
			notify: {webhook: {url: 'http://x'}, mail: {server: 'x', from: 'a@b', to: ['c@d'], user, 'password-file': '/p'}},
		});
		t.deepEqual(farmOf(renderFarm(farmOf(config))), farmOf(config));
	}), {numRuns: 300});
});
