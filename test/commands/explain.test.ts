/** The built `explain` without a daemon, as scripts meet it. */

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type {DistributionReport} from '../../src/core/explain/distribution.js';
import type {Explanation} from '../../src/core/explain/explanation.js';
import {root} from '../tidy/sources.js';

const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-explain-'));
const config = path.join(folder, 'farm.yaml');
writeFileSync(config, `
farm: web
key-file: farm.key
nodes:
  web1: {id: 1, addresses: [192.0.2.11]}
  web2: {id: 2, addresses: [192.0.2.12]}
  web3: {id: 3, addresses: [192.0.2.13]}
vips:
  - {address: 192.0.2.100/24, interface: eth0, mode: unicast}
rules:
  - {vip: 192.0.2.100, protocol: tcp, ports: [80], affinity: client}
  - {vip: 192.0.2.100, protocol: tcp, ports: [8080], affinity: connection}
`);
test.after.always(() => {
	rmSync(folder, {recursive: true, force: true});
});

const farmctl = (words: readonly string[], input = '') => spawnSync(path.join(root, 'bin/farmctl'), ['explain', '--config', config, '--run-dir', folder, ...words], {encoding: 'utf8', input});

test('one client: text, exit status 0, and that no daemon was asked', t => {
	const {stdout, stderr, status} = farmctl(['198.51.100.7', '192.0.2.100:80']);
	t.is(stderr, '');
	t.is(status, 0);
	t.regex(stdout, /^198\.51\.100\.7 to 192\.0\.2\.100:80, farm web by its configuration: as no daemon was asked/);
	t.regex(stdout, /^ {2}hash {6}jhash\(c6336407, seed 0x22e21412\) = 0xe613dc93: source address$/m);
	t.regex(stdout, /^ {2}slot {6}2264$/m);
	t.regex(stdout, /^ {2}owner {5}web[123]: the first of the slot's order$/m);
});

test('--json and --clients --json are documents of the schema', t => {
	const ajv = new Ajv2020({allowUnionTypes: true});
	addFormats.default(ajv);
	const isOfSchema = ajv.compile(JSON.parse(farmctl(['--schema']).stdout) as object);
	for (const words of [['198.51.100.7'], ['198.51.100.7:99', '192.0.2.100:8080'], ['198.51.100.7', '192.0.2.100:81']]) {
		t.true(isOfSchema(JSON.parse(farmctl(['--json', ...words]).stdout)), ajv.errorsText(isOfSchema.errors));
	}

	t.true(isOfSchema(JSON.parse(farmctl(['--json', '--clients', '-'], '10.0.0.1\n').stdout)), ajv.errorsText(isOfSchema.errors));
});

test('--alive: another farm, another owner', t => {
	const ownerOf = (...words: readonly string[]): string | null => {
		const [answer] = (JSON.parse(farmctl(['--json', '198.51.100.7', ...words]).stdout) as Explanation).answers;
		return answer !== undefined && 'found' in answer ? answer.found.owner : null;
	};

	const owner = ownerOf()!;
	const rest = ['web1', 'web2', 'web3'].filter(name => name !== owner);
	t.true(rest.includes(ownerOf(...rest.flatMap(name => ['--alive', name]))!));
});

test('nobody serves it: exit status 1', t => {
	const {stdout, status} = farmctl(['198.51.100.7', '192.0.2.100:81']);
	t.is(status, 1);
	t.regex(stdout, /no rule names port 81/);
});

test('--clients counts each client once a way of hashing', t => {
	const list = Array.from({length: 250}, (_, index) => `10.0.3.${index}:7000 # client ${index}`).join('\r\n');
	const {distributions, clients} = JSON.parse(farmctl(['--json', '--clients', '-'], list).stdout) as DistributionReport;
	t.is(clients, 250);
	t.deepEqual(distributions.map(({affinity, nodes}) => [affinity, nodes.reduce((sum, node) => sum + node.clients, 0)]), [['client', 250], ['connection', 250]]);
	t.regex(farmctl(['--clients', '-', '192.0.2.100:80'], list).stdout, /^ {2}250 clients; skew 1\.\d\d\d: /m);
});

const refused = test.macro({
	exec(t, {words, input = '', status = 2}: {readonly words: readonly string[]; readonly input?: string; readonly status?: number}, expected: RegExp) {
		const result = farmctl(words, input);
		t.is(result.status, status);
		t.is(result.stdout, '');
		t.regex(result.stderr, expected);
	},
	title: (name = '') => `refused: ${name}`,
});

test('nobody, whatever stands on standard input', refused, {words: [], input: '198.51.100.7'}, /which client\?/);
test('no address', refused, {words: ['web.example']}, /'web\.example' is no CLIENT\nhint: .*\[2001:db8::7\]:443/);
test('no VIP', refused, {words: ['198.51.100.7', '2001:db8::7:']}, /'2001:db8::7:' is no VIP/);
test('a node that the farm does not have', refused, {words: ['198.51.100.7', '--alive', 'web9']}, /no node 'web9'\nhint: its nodes: web1, web2, web3/);
test('bad lines of a list, all at once', refused, {words: ['--clients', '-'], input: '10.0.0.1\nfoo\n\nbar\u{7}'},
	/2 lines of the list cannot be understood\n {2}line 2: 'foo' is no client\n {2}line 4: 'bar\P{Control}*' is no client/u);
test('a list that is not there', refused, {words: ['--clients', path.join(folder, 'nowhere')], status: 4}, /cannot read .*ENOENT/);

test('neither a daemon nor a configuration: what is missing is told', t => {
	const {stderr, status} = spawnSync(path.join(root, 'bin/farmctl'), ['explain', '--config', path.join(folder, 'nowhere.yaml'), '--run-dir', folder, '198.51.100.7'], {encoding: 'utf8'});
	t.is(status, 4);
	t.regex(stderr, /no daemon answers on .*control\.sock\nhint: start it: farmctl run; .* there is no '.*nowhere\.yaml'/);
});
