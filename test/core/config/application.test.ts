import test from 'ava';
import type {JsonValue, Path} from '../../../src/core/config/tree.js';
import type {ApplicationConfig} from '../../../src/core/model/application.js';
import {
	applicationDocument, parse, problemsOf, withAt,
} from './documents.js';

function applicationOf(document: JsonValue): ApplicationConfig {
	const result = parse(document);
	if ('problems' in result) {
		throw new Error(JSON.stringify(result.problems));
	}

	return result.farm.application;
}

test('services, each kind with its defaults', t => {
	t.deepEqual(applicationOf(applicationDocument).services, [
		{
			name: 'web', run: {kind: 'unit', unit: 'nginx.service'}, startTimeoutMs: 10_000, stopTimeoutMs: 60_000,
		},
		{
			name: 'app', run: {
				kind: 'command', command: ['/usr/bin/app', '--port', '8080'], folder: '/srv/app', environment: {MODE: 'fast', SIZE: '7'},
			}, startTimeoutMs: 60_000, stopTimeoutMs: 60_000,
		},
		{
			name: 'db', run: {
				kind: 'scripts', start: ['/etc/init.d/db', 'start'], stop: ['/etc/init.d/db', 'stop'], status: ['/etc/init.d/db', 'status'],
			}, startTimeoutMs: 60_000, stopTimeoutMs: 300_000,
		},
	]);
});

test('what each check looks at', t => {
	t.deepEqual(applicationOf(applicationDocument).checks.map(({name, probe}) => [name, probe]), [
		['workers', {
			type: 'process', by: {name: 'nginx'}, atLeast: 2, atMost: 9,
		}],
		['app', {
			type: 'process', by: {service: 'app'}, atLeast: 1, atMost: undefined,
		}],
		['port', {type: 'tcp', address: '127.0.0.1', port: 8080}],
		['site', {
			type: 'http', url: 'https://127.0.0.1/health', method: 'GET', status: [{from: 200, to: 200}, {from: 301, to: 302}], body: 'well|good', headers: {Host: 'www.example.org'},
			isVerified: false, authorities: undefined, expiryWarningMs: 86_400_000,
		}],
		['gateway', {type: 'ping', address: '192.0.2.1'}],
		['cable', {type: 'interface', interface: 'eth0'}],
		['vip', {type: 'address', address: '192.0.2.100', interface: undefined}],
		['script', {type: 'command', command: ['/usr/local/bin/check', '-v'], isReporting: true}],
		['unit', {type: 'unit', unit: 'nginx.service'}],
		['other', {type: 'farm', runDir: '/run/farmctl-db'}],
		['disk', {
			type: 'file', path: '/var', isAbsent: false, ageMaxMs: 86_400_000, freeBytesMin: 5e8,
		}],
		['names', {
			type: 'dns', server: '192.0.2.53', port: 53, name: 'www.example.org', record: 'AAAA', expect: '2001:db8::1',
		}],
		['answers', {
			type: 'udp', address: '127.0.0.1', port: 53, send: 'ping', expect: '^pong',
		}],
		['all', {type: 'expression', of: 'site and not (port or disk)'}],
	]);
});

test('a check has the defaults of its type', t => {
	const rows = applicationOf(applicationDocument).checks.map(({name, intervalMs, jitterMs, timeoutMs, rise, fall, initial, action, handler, when}) =>
		[name, intervalMs, jitterMs, timeoutMs, rise, fall, initial, action, handler?.length, when].join(' '));
	t.deepEqual(rows, [
		'workers 2000 200 1000 1 1 unknown restart  up',
		'app 2000 200 1000 1 1 unknown restart  up',
		'port 2000 200 1000 2 3 unknown restart  up',
		'site 2000 200 1000 2 3 unknown handler 1 up',
		'gateway 5000 1000 500 1 5 up wait  before-start',
		'cable 2000 200 1000 1 1 unknown wait  before-start',
		'vip 2000 200 1000 1 1 unknown stopstart  up',
		'script 2000 200 10000 2 3 unknown restart  up',
		'unit 2000 200 1000 1 1 unknown restart  up',
		'other 2000 200 1000 1 1 unknown wait  before-start',
		'disk 2000 200 1000 1 1 unknown stop  up',
		'names 2000 200 1000 2 3 unknown wait  before-start',
		'answers 2000 200 1000 2 3 unknown restart  up',
		'all 2000 200 1000 1 1 unknown restart  up',
	]);
});

test('what is needed before the start is waited for, whatever its type', t => {
	const document = withAt(applicationDocument, ['checks', 2, 'when'], 'before-start');
	t.is(applicationOf(document).checks[2]!.action, 'wait');
	t.is(applicationOf(withAt(document, ['checks', 2, 'action'], 'restart')).checks[2]!.action, 'restart');
});

test('where there are no services, nothing is restarted', t => {
	const document = withAt(withAt(applicationDocument, ['services'], []), ['checks'], [{name: 'port', type: 'tcp', port: 80}, {name: 'all', type: 'expression', of: 'port', action: 'stopstart'}]);
	t.deepEqual(applicationOf(document).checks.map(({action}) => action), ['wait', 'stopstart']);
	const result = parse(document);
	t.deepEqual('warnings' in result && result.warnings.map(({path, message}) => `${path}: ${message}`), ['checks[1].action: the check \'all\' would stopstart services, and the farm has none']);
	const same = parse(applicationDocument);
	t.deepEqual('warnings' in same && same.warnings, []);
});

test('hooks, actions, the probe and who is told', t => {
	const {services, checks, ...rest} = applicationOf(applicationDocument);
	t.is(services.length + checks.length, 17);
	t.deepEqual(rest, {
		hooks: {commands: {'on-state': ['/usr/local/bin/tell']}, timeoutMs: 10_000},
		actions: {max: 5, withinMs: 3_600_000},
		boot: 'stay',
		keepAtLeast: 2,
		slowStartMs: 30_000,
		probe: {address: '2001:db8::11', port: 8080},
		notify: {
			level: 'error', groupMs: 300_000, webhook: {url: 'https://example.org/hook', headersFile: '/etc/farmctl/headers'},
			mail: {
				server: 'localhost', port: 25, from: 'farm@example.org', to: ['ops@example.org'], user: 'farm', passwordFile: '/etc/farmctl/password',
			},
		},
	});
});

/** One problem, and no other that only follows from it. */
const wrong = test.macro<[path: Path, value: JsonValue | undefined, expected: RegExp]>({
	exec(t, path: Path, value: JsonValue | undefined, expected: RegExp) {
		const problems = problemsOf(withAt(applicationDocument, path, value));
		t.is(problems.length, 1, problems.join('; '));
		t.regex(problems[0]!, expected);
	},
	title: (_, path, value, expected) => `${path.join('.')}: ${JSON.stringify(value)} ${expected.source}`,
});

const services: Path = ['services'];
const checks: Path = ['checks'];
test(wrong, [...services, 1, 'command', 0], 'app', /^services\[1\]\.command\[0\]: .*expected the absolute path of a program, found 'app'/u);
test(wrong, [...services, 1, 'command'], '/usr/bin/app -v', /^services\[1\]\.command: .*as a list, found '\/usr\/bin\/app -v'/u);
test(wrong, [...services, 1, 'command'], [], /^services\[1\]\.command: .*found nothing/u);
test(wrong, [...services, 1, 'command', 1], true, /^services\[1\]\.command\[1\]: .*found the truth value true/u);
test(wrong, [...services, 1, 'folder'], 'srv', /^services\[1\]\.folder: .*expected an absolute path/u);
test(wrong, [...services, 1, 'environment'], {'A B': 'c'}, /^services\[1\]\.environment\.A B: .*expected the name of an environment variable/u);
test(wrong, [...services, 0, 'unit'], 'nginx', /^services\[0\]\.unit: .*with its suffix/u);
test(wrong, [...services, 0, 'unit'], '--now.service', /^services\[0\]\.unit: .*with its suffix/u);
test(wrong, [...services, 0, 'folder'], '/', /^services\[0\]\.folder: the key 'folder' is of a service with command, and this one has unit/u);
test(wrong, [...services, 0, 'stop'], ['/bin/true'], /^services\[0\]\.stop: the key 'stop' is of a service with start, and this one has unit/u);
test(wrong, [...services, 0, 'unti'], 'a.service', /^services\[0\]\.unti: unknown key 'unti'/u);
test(wrong, [...services, 2, 'stop'], undefined, /^services\[2\]: .*the key 'stop' is missing/u);
test(wrong, [...services, 2, 'name'], 'web', /^services\[2\]\.name: the name 'web' is already that of service 1/u);
test(wrong, [...services, 3], {name: 'again', unit: 'nginx.service'}, /^services\[3\]\.unit: the unit 'nginx\.service' is already that of service 1/u);
test(wrong, [...services, 3], {name: 'again'}, /^services\[3\]: a service needs one of the keys unit, command, start/u);
test(wrong, [...services, 3], {name: 'again', comand: ['/bin/true']}, /^services\[3\]\.comand: unknown key 'comand'/u);
test(wrong, [...services, 3], 'nginx', /^services\[3\]: .*expected the keys of a service, found 'nginx'/u);
test(wrong, [...checks, 2, 'type'], 'https', /^checks\[2\]\.type: .*expected one of process, tcp, .*found 'https'/u);
test(wrong, [...checks, 14], {name: 'x', port: 3}, /^checks\[14\]: a check needs the key 'type'/u);
test(wrong, [...checks, 14], {name: 'x', typ: 'tcp', port: 3}, /^checks\[14\]\.typ: unknown key 'typ'/u);
test(wrong, [...checks, 14], {name: 'x', type: 7}, /^checks\[14\]\.type: .*found the number 7/u);
test(wrong, [...checks, 2, 'port'], undefined, /^checks\[2\]: .*the key 'port' is missing/u);
test(wrong, [...checks, 2, 'prot'], 80, /^checks\[2\]\.prot: unknown key 'prot'/u);
test(wrong, [...checks, 2, 'url'], 'http://x/', /^checks\[2\]\.url: the key 'url' is of a check with type: http, and this one has type: tcp/u);
test(wrong, [...checks, 2, 'unit'], 'a.service', /^checks\[2\]\.unit: the key 'unit' is of a check with type: process or type: unit, /u);
test(wrong, [...checks, 8, 'name'], 'site', /^checks\[8\]\.name: the name 'site' is already that of check 4/u);
test(wrong, [...checks, 8, 'name'], 'not', /^checks\[8\]\.name: 'not' cannot be the name of a check/u);
test(wrong, [...checks, 2, 'address'], '1.2.3', /^checks\[2\]\.address: '1\.2\.3' is not an IPv4 or IPv6 address/u);
test(wrong, [...checks, 2, 'jitter'], '2s', /^checks\[2\]\.jitter: the jitter must be less than the interval/u);
test(wrong, [...checks, 2, 'interval'], 2, /^checks\[2\]\.interval: .*expected a duration/u);
test(wrong, [...checks, 2, 'action'], 'handler', /^checks\[2\]\.action: the action handler needs a program/u);
test(wrong, [...checks, 2, 'handler'], ['/bin/true'], /^checks\[2\]\.handler: a handler runs only with action: handler/u);
test(wrong, [...checks, 0, 'unit'], 'a.service', /^checks\[0\]\.unit: .*and this one has process and unit/u);
test(wrong, [...checks, 0, 'process'], undefined, /^checks\[0\]: .*has one of the keys process, pid-file, unit, service, and this one has none/u);
test(wrong, [...checks, 0, 'at-most'], 1, /^checks\[0\]\.at-most: at most 1 and at least 2/u);
test(wrong, [...checks, 1, 'at-least'], 2, /^checks\[1\]\.at-least: with the key service there is one process/u);
test(wrong, [...checks, 1, 'service'], 'ap', /^checks\[1\]\.service: the farm has no service 'ap'/u);
test(wrong, [...checks, 1, 'service'], 'db', /^checks\[1\]\.service: .*nobody knows its process/u);
test(wrong, [...checks, 1, 'when'], 'before-start', /^checks\[1\]\.when: the service 'app' would wait for this check/u);
test(wrong, [...checks, 8, 'when'], 'before-start', /^checks\[8\]\.when: the service 'web' would wait for this check/u);
test(wrong, [...checks, 3, 'url'], 'ftp://x/', /^checks\[3\]\.url: .*begins with http/u);
test(wrong, [...checks, 3, 'url'], 'https://user:secret@x/', /^checks\[3\]\.url: .*without a user/u);
test(wrong, [...checks, 3, 'body'], 'a(b', /^checks\[3\]\.body: 'a\(b' is not a regular expression: unterminated group/u);
test(wrong, [...checks, 3, 'method'], 'HEAD', /^checks\[3\]\.body: .*HEAD has no body/u);
test(wrong, [...checks, 3, 'status'], ['302-301'], /^checks\[3\]\.status\[0\]: .*expected a status from 100 to 599/u);
test(wrong, [...checks, 3, 'headers'], {'a:b': 'c'}, /^checks\[3\]\.headers\.a:b: .*the name of a header/u);
test(wrong, [...checks, 3, 'headers'], {a: 'b\r\nc: d'}, /^checks\[3\]\.headers\.a: .*a text of one line/u);
test(wrong, [...checks, 10, 'free-min'], 500, /^checks\[10\]\.free-min: .*expected a size such as/u);
test(wrong, [...checks, 10, 'free-min'], '0B', /^checks\[10\]\.free-min: .*out of range/u);
test(wrong, [...checks, 11, 'record'], 'A', /^checks\[11\]\.expect: no record A says 2001:db8::1/u);
test(wrong, [...checks, 12, 'expect'], '[', /^checks\[12\]\.expect: '\[' is not a regular expression/u);
test(wrong, [...checks, 13, 'of'], 'site and', /^checks\[13\]\.of: of: expected the name of a check/u);
test(wrong, [...checks, 13, 'of'], 'site and prot', /^checks\[13\]\.of: there is no check 'prot'/u);
test(wrong, [...checks, 13, 'of'], 'all or site', /^checks\[13\]\.of: the expression names itself/u);
test(wrong, [...checks, 13, 'rise'], 2, /^checks\[13\]\.rise: the key 'rise' means nothing in a check with type: expression/u);

test('expressions may name others, and no circle may be in that', t => {
	const expressions = (...texts: readonly string[]): JsonValue => withAt(applicationDocument, ['checks'], [
		{name: 'a', type: 'tcp', port: 1}, ...texts.map((of, index) => ({name: `e${index + 1}`, type: 'expression', of})),
	]);
	const alone = (document: JsonValue): string[] => problemsOf(document).map(problem => problem.replace(/^checks/u, ''));
	t.deepEqual(alone(expressions('e2 and a', 'not e3', 'a or a')), []);
	t.deepEqual(alone(expressions('a or e2', 'not e3', 'a and e1')), [
		'[1].of: the expression depends on itself: e1, e2, e3, e1', '[2].of: the expression depends on itself: e2, e3, e1, e2', '[3].of: the expression depends on itself: e3, e1, e2, e3',
	]);
	t.deepEqual(alone(expressions('e2', 'e3', 'e2 or a')), ['[2].of: the expression depends on itself: e2, e3, e2', '[3].of: the expression depends on itself: e3, e2, e3']);
});
test(wrong, [...checks, 13], {
	name: 'all', type: 'expression', of: 'gateway or site', when: 'before-start',
}, /^checks\[13\]\.of: the check 'site' is looked at only while the services run/u);
test(wrong, [...checks, 13, 'interval'], '1s', /^checks\[13\]\.interval: the key 'interval' means nothing in a check with type: expression/u);
test(wrong, ['hooks', 'on-stat'], ['/bin/true'], /^hooks\.on-stat: unknown key 'on-stat'/u);
test(wrong, ['boot'], 'never', /^boot: .*expected one of start, stay, as-before/u);
test(wrong, ['keep-at-least'], 3, /^keep-at-least: the farm has 2 nodes, so it can never keep 3/u);
test(wrong, ['probe', 'listen'], '0.0.0.0:0', /^probe\.listen: .*not an address and a port/u);
test(wrong, ['probe', 'listen'], '2001:db8::1:80', /^probe\.listen: .*expected an address and a port/u);
test(wrong, ['probe', 'listen'], '1.2.3.256:80', /^probe\.listen: .*not an address and a port/u);
test(wrong, ['notify'], {level: 'info'}, /^notify: nobody is named/u);
test(wrong, ['notify', 'mail', 'user'], undefined, /^notify\.mail\.password-file: .*there is no user/u);
test(wrong, ['notify', 'mail', 'to'], ['ops'], /^notify\.mail\.to\[0\]: .*an address of mail/u);
test(wrong, ['notify', 'mail', 'password'], 'secret', /^notify\.mail\.password: unknown key 'password'/u);

test('all problems are told at once', t => {
	let document = withAt(applicationDocument, ['services', 0, 'unit'], 'nginx');
	document = withAt(document, ['checks', 2, 'type'], 'tpc');
	document = withAt(document, ['checks', 2, 'fall'], 0);
	document = withAt(document, ['checks', 13, 'of'], 'site and (gone');
	document = withAt(document, ['hooks', 'timeout'], 'long');
	t.deepEqual(problemsOf(document).map(problem => problem.split(':', 1)[0]!).toSorted(), ['checks[13].of', 'checks[2].fall', 'checks[2].type', 'hooks.timeout', 'services[0].unit']);
});
