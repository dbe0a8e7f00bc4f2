import test from 'ava';
import fc from 'fast-check';
import type {JsonValue, Path} from '../../../src/core/config/tree.js';
import {deriveMac, deriveSeed} from '../../../src/core/config/derive.js';
import {noApplication} from '../../../src/core/model/application.js';
import {
	goodDocument, parse, problemsOf, withAt,
} from './documents.js';

test('a right document becomes a farm with every default', t => {
	const result = parse(goodDocument);
	t.true('farm' in result);
	if (!('farm' in result)) {
		return;
	}

	t.deepEqual(result.farm, {
		name: 'web',
		keyFile: 'farm.key',
		nodes: [
			{
				name: 'web1', id: 1, weight: 1, addresses: ['192.0.2.11', '2001:db8::11'],
			},
			{
				name: 'web2', id: 2, weight: 2, addresses: ['192.0.2.12', '2001:db8::12'],
			},
		],
		heartbeat: {
			port: 4803,
			multicast: [],
			timing: {
				intervalMs: 50, detectionMs: 300, detectionMaxMs: 300, leaseMs: 260, silenceMs: 125, lossesMax: 1, timerLatenessMs: 5, delayMs: 5, driftFraction: 0.01,
			},
		},
		quorum: 'none',
		witnesses: [],
		vips: [
			{
				address: '192.0.2.100', family: 4, prefixLength: 24, interface: 'eth0', mode: 'unicast', mac: deriveMac('web', '192.0.2.100', 'unicast'),
			},
			{
				address: '2001:db8::100', family: 6, prefixLength: 64, interface: 'eth0', mode: 'multicast', mac: deriveMac('web', '2001:db8::100', 'multicast'),
			},
		],
		rules: [
			{
				vip: '192.0.2.100', protocol: 'tcp', ports: [{from: 80, to: 80}, {from: 443, to: 443}], affinity: 'client', group: 'default',
			},
			{
				vip: '2001:db8::100', protocol: 'udp', ports: [{from: 8000, to: 8010}], affinity: 'client', group: 'default',
			},
		],
		groups: [{name: 'default', weights: {1: 1, 2: 2}, order: []}],
		seed: 7,
		backend: 'nft',
		finishMs: 10_000,
		retainMs: 7_200_000,
		application: noApplication,
	});
	t.deepEqual(result.warnings, []);
});

test('what is left out is derived, on every node alike', t => {
	const result = parse(withAt(withAt(goodDocument, ['seed'], undefined), ['rules', 0, 'ports'], undefined));
	t.true('farm' in result && result.farm.seed === deriveSeed('web'));
	t.deepEqual('farm' in result && result.farm.rules[0]!.ports, [{from: 1, to: 65_535}]);
	t.not(deriveSeed('web'), deriveSeed('mail'));
	t.regex(deriveMac('web', '192.0.2.100', 'unicast'), /^02(?::[\da-f]{2}){5}$/u);
	t.regex(deriveMac('web', '192.0.2.100', 'multicast'), /^03(?::[\da-f]{2}){5}$/u);
	t.not(deriveMac('web', '192.0.2.100', 'unicast'), deriveMac('web', '192.0.2.101', 'unicast'));
});

test('ports are put in order and joined', t => {
	const result = parse(withAt(goodDocument, ['rules', 0, 'ports'], [443, '80-90', 85, '91-100', 80]));
	t.deepEqual('farm' in result && result.farm.rules[0]!.ports, [{from: 80, to: 100}, {from: 443, to: 443}]);
});

test('one node is a farm', t => {
	t.deepEqual(problemsOf(withAt(goodDocument, ['nodes', 'web2'], undefined)), []);
});

test('several problems are told at once', t => {
	const document = withAt(withAt(withAt(goodDocument, ['farm'], undefined), ['nodes', 'web2', 'id'], 1), ['heartbeat', 'lease'], '299ms');
	t.deepEqual(problemsOf(document).map(problem => problem.split(':', 1)[0]!).toSorted(), ['', 'heartbeat.lease', 'nodes.web2.id']);
});

const wrong = test.macro<[path: Path, value: JsonValue | undefined, ...expected: RegExp[]]>({
	exec(t, path: Path, value: JsonValue | undefined, ...expected: RegExp[]) {
		const problems = problemsOf(withAt(goodDocument, path, value));
		t.is(problems.length, expected.length, problems.join('\n'));
		for (const pattern of expected) {
			t.true(problems.some(problem => pattern.test(problem)), `${String(pattern)} in\n${problems.join('\n')}`);
		}
	},
	title: (_, path, value) => `${path.join('.')}: ${value === undefined ? 'missing' : JSON.stringify(value)}`.slice(0, 120),
});

test(wrong, ['services'], null, /^services: services: expected a list, found nothing/u);
test(wrong, ['rules', 0, 'weight'], 2, /^rules\[0\]\.weight: this version does not support the key 'weight' yet/u);
test(wrong, ['nodez'], {}, /^nodez: unknown key 'nodez'/u);
test(wrong, ['vips', 0, 'mode'], 'directed', /does not support 'directed' yet/u);
test(wrong, ['vips', 0, 'mode'], 'routed', /does not support 'routed' yet/u);
test(wrong, ['vips', 0, 'mode'], 'unicats', /expected one of unicast, multicast/u);
test(wrong, ['farm'], undefined, /the key 'farm' is missing/u);
test(wrong, ['farm'], 5, /found the number 5/u);
test(wrong, ['nodes', 'web1', 'id'], 0, /id: expected a whole number from 1 to 64/u);
test(wrong, ['nodes', 'web1', 'id'], 65, /found the number 65/u);
test(wrong, ['nodes', 'web1', 'weight'], 1.5, /weight: expected a whole number from 0 to 1000/u);
test(wrong, ['nodes', 'web2', 'id'], 1, /^nodes\.web2\.id: the id 1 is already that of node 'web1'/u);
test(wrong, ['nodes', 'web2', 'addresses', 0], '192.0.2.11', /the address 192\.0\.2\.11 is already that of node 'web1'/u);
test(wrong, ['nodes', 'web2', 'addresses', 1], '2001:0DB8::0:11', /the address 2001:db8::11 is already that of node 'web1'/u);
test(wrong, ['nodes', 'web2', 'addresses', 0], '127.0.0.1', /'127\.0\.0\.1' is a loopback address/u);
test(wrong, ['nodes', 'web2', 'addresses', 0], '::ffff:192.0.2.12', /is an IPv4 address written as IPv6/u);
test(wrong, ['nodes', 'web2', 'addresses', 0], '192.0.2.300', /is not an IPv4 or IPv6 address/u);
test(wrong, ['nodes', 'web2', 'addresses', 1], 'fe80::1', /link-local/u);
test(wrong, ['nodes', 'web2', 'addresses'], ['192.0.2.12'], /node 'web2' has 1 addresses and node 'web1' has 2/u, /node 'web2' has no address in the network of the VIP, 2001:db8::\/64/u);
test(wrong, ['nodes', 'web2', 'addresses'], ['2001:db8::12', '192.0.2.12'], /address 1 of node 'web2' is IPv6, that of node 'web1' is IPv4/u);
test(wrong, ['nodes', 'web2', 'addresses', 0], '198.51.100.12', /node 'web2' has no address in the network of the VIP, 192\.0\.2\.0\/24/u);
test(wrong, ['vips', 0, 'address'], '192.0.2.11/24', /is also an address of node 'web1'/u, /which is not a VIP of this farm/u, /no rule names the VIP 192\.0\.2\.11/u);
test(wrong, ['vips', 0, 'address'], '192.0.2.255/24', /is the broadcast address of 192\.0\.2\.0\/24/u);
test(wrong, ['vips', 0, 'address'], '192.0.2.0/24', /is the address of the network itself/u);
test(wrong, ['vips', 0, 'address'], '239.0.0.1/24', /is a multicast address/u);
test(wrong, ['vips', 0, 'address'], '240.0.0.1/24', /is reserved/u);
test(wrong, ['vips', 0, 'address'], '192.0.2.100/33', /must be from 1 to 32/u);
test(wrong, ['vips', 0, 'address'], '192.0.2.100', /expected an address with the prefix length/u);
test(wrong, ['vips', 0, 'interface'], 'eth0123456789abc', /at most 15 characters/u);
test(wrong, ['vips', 0, 'mac'], '03:00:00:00:00:01', /is a group address, and mode unicast needs an individual one/u);
test(wrong, ['vips', 1, 'mac'], '02:00:00:00:00:01', /is an individual address, and mode multicast needs a group one/u);
test(wrong, ['vips', 1, 'mac'], 'ff:ff:ff:ff:ff:ff', /is the broadcast address/u);
test(wrong, ['vips', 1, 'mac'], '01:80:C2:00:00:0e', /reserved for bridges/u);
test(wrong, ['vips', 2], {address: '192.0.2.100/24', interface: 'eth1'}, /the VIP 192\.0\.2\.100 is there twice/u);
test(wrong, ['vips', 2], {address: '192.0.2.101/24', interface: 'eth1'}, /^vips\[2\]\.address: no rule names the VIP 192\.0\.2\.101/u);
test(wrong, ['vips', 0, 'mac'], deriveMac('web', '192.0.2.100', 'unicast').toUpperCase());
test(wrong, ['vips', 1, 'mode'], 'unicast');
test(wrong, ['vips', 1], {
	address: '2001:db8::100/64', interface: 'eth0', mac: deriveMac('web', '192.0.2.100', 'unicast'),
}, /is already that of the VIP 192\.0\.2\.100/u);
test(wrong, ['rules', 0, 'vip'], '192.0.2.99', /which is not a VIP of this farm/u, /no rule names the VIP 192\.0\.2\.100/u);
test(wrong, ['rules', 2], {vip: '192.0.2.100', protocol: 'tcp', ports: ['400-500']}, /^rules\[2\]: this rule and rule 1 both match tcp port 443/u);
test(wrong, ['rules', 2], {vip: '192.0.2.100', protocol: 'udp', ports: ['400-500']});
test(wrong, ['rules', 2], {vip: '192.0.2.100', protocol: 'tcp'}, /both match tcp port 80/u);
test(wrong, ['rules', 0, 'ports'], [], /needs at least one entry/u);
test(wrong, ['rules', 0, 'ports'], [0], /from 1 to 65535/u);
test(wrong, ['rules', 0, 'ports'], ['90-80'], /found '90-80'/u);
test(wrong, ['rules', 0, 'ports'], 80, /expected a list/u);
test(wrong, ['rules'], [], /rules: needs at least one entry/u, /no rule names the VIP 192/u, /no rule names the VIP 2001/u);
test(wrong, ['heartbeat', 'detection'], 300, /expected a duration such as 300ms/u);
test(wrong, ['heartbeat', 'detection'], '29ms', /29ms is out of range, from 30ms to 1m/u);
test(wrong, ['heartbeat', 'detection'], '2m', /2m is out of range/u);
test(wrong, ['heartbeat', 'lease'], '295ms', /a lease of 295 ms with a detection of 300 ms is not safe/u);
test(wrong, ['heartbeat', 'silence'], '300ms', /a silence of 300 ms must be less than the detection of 300 ms/u);
test(wrong, ['heartbeat', 'silence'], '60ms', /a silence of 60 ms is too short for an interval of 50 ms/u);
test(wrong, ['heartbeat', 'lease'], '60ms', /can end before it is renewed/u, /one lost heartbeat ends it/u);
test(wrong, ['heartbeat', 'interval'], '140ms', /one lost heartbeat ends it/u, /an interval of 140 ms is too long for a detection of 300 ms/u, /a silence of 322 ms must be less/u);
test(wrong, ['heartbeat', 'port'], 70_000, /from 1 to 65535/u);
test(wrong, ['seed'], 4_294_967_296, /from 0 to 4294967295/u);
test(wrong, ['finish'], '0s');
test(wrong, ['retain'], '0s');
test(wrong, ['retain'], '25h', /out of range, from 0ms to 24h/u);
test(wrong, ['finish'], 'soon', /expected a duration/u);
test(wrong, ['heartbeat'], null, /heartbeat: expected keys with values .* found nothing/u);

test('a document that is no map at all', t => {
	t.is(problemsOf(null).length, 1);
	t.is(problemsOf([]).length, 1);
	t.is(problemsOf({}).length, 4);
});

test('whatever the tree, there is a farm or there are problems, each with its place', t => {
	const leaf = fc.oneof(fc.jsonValue({maxDepth: 3}), fc.constantFrom<JsonValue>('', '192.0.2.1', '::1', '1s', -1, 1e300, [], {}, [null], '__proto__', 'constructor'));
	const key = fc.constantFrom<string | number>(
		'farm', 'nodes', 'web1', 'web2', 'id', 'addresses', 'heartbeat', 'detection', 'vips', 'rules', 'ports', 'address', 'mode', '__proto__', 'toString', 0, 1, 2,
	);
	const path = fc.array(key, {minLength: 1, maxLength: 4});
	const judged = (document: JsonValue): void => {
		const result = parse(document);
		t.true('farm' in result || result.problems.length > 0);
		t.true(('problems' in result ? result.problems : result.warnings).every(({line, column, message}) => line >= 1 && column >= 1 && message.length > 0));
	};

	fc.assert(fc.property(leaf, document => {
		judged(document as JsonValue);
	}), {numRuns: 200});
	fc.assert(fc.property(fc.array(fc.tuple(path, leaf), {minLength: 1, maxLength: 4}), changes => {
		let document: JsonValue = goodDocument;
		for (const [at, value] of changes) {
			document = withAt(document, at, value as JsonValue);
		}

		judged(document);
	}), {numRuns: 400});
});
