import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {root} from '../tidy/sources.js';

const program = path.join(root, 'bin/farmctl');
const simulate = (...args: readonly string[]) => spawnSync(program, ['simulate', ...args], {encoding: 'utf8'});

test('a host that goes down: events, summary, exit status 0', t => {
	const {stdout, stderr, status} = simulate('--kill', 'web2@2s', '--duration', '3s');
	t.is(stderr, '');
	t.is(status, 0);
	t.regex(stdout, /^ {2}2000\.00 {2}web2 {2}host crashes$/m);
	t.regex(stdout, /web1 {2}node-dead: web2 has been silent/);
	t.regex(stdout, /^ {2}no acceptor: {4}840 slots, the longest 2\d\d ms/m);
	t.regex(stdout, /^ {2}connections: {4}840 broken; 840 of 2520 clients lost one or more$/m);
	t.regex(stdout, /web1 1260, web2 0, web3 1260; healed/);
});

test('the same words twice are the same run; another seed is another', t => {
	const args = ['--kill', 'web2@1s', '--loss', '10%', '--duration', '2s'];
	const [first, second, other] = [simulate(...args), simulate(...args), simulate(...args, '--seed', '2')];
	t.is(first.stdout, second.stdout);
	t.not(first.stdout, other.stdout);
});

test('--json is one document of its schema, --quiet leaves the events out', t => {
	const document = JSON.parse(simulate('--json', '--nodes', '2', '--stop', 'web2@1s', '--duration', '2s').stdout) as Record<string, unknown>;
	t.is(document.schema, 'farmctl/simulate/1');
	t.true(document.isWell);
	t.deepEqual(document.nodes, [{id: 1, name: 'web1', slots: 2520}, {id: 2, name: 'web2', slots: 0}]);
	t.is(document.brokenConnections, 0);
	t.is(document.clientsHit, 0);
	t.true(Array.isArray(document.events));
	const quiet = JSON.parse(simulate('--json', '--quiet', '--nodes', '2', '--stop', 'web2@1s', '--duration', '2s').stdout) as Record<string, unknown>;
	t.deepEqual({...document, events: undefined}, {...quiet, events: undefined});
	t.false('events' in quiet);
});

test('everything that is wrong with a scenario is told at once, with the place and what to write', t => {
	const {stdout, stderr, status} = simulate('--kill', 'wbe2@3s', '--loss', '10', '--pause', 'web1@3s', '--one-way', 'web1>web1');
	t.is(status, 2);
	t.is(stdout, '');
	t.regex(stderr, /^farmctl: 4 problems in the scenario$/m);
	t.regex(stderr, /position 8: there is no node 'wbe2'\n {2}--kill wbe2@3s\n {9}\^\n {2}hint: did you mean 'web2'\?/);
	t.regex(stderr, /'10' is no percentage\n/);
	t.regex(stderr, /how long it lasts is missing\n.*\n.*\n {2}hint: write it as --pause NODE@TIME:LENGTH, such as --pause web1@5s:800ms\n/);
	t.regex(stderr, /a node has no link to itself/);
});

const usage = test.macro({
	exec(t, args: readonly string[], expected: RegExp) {
		const {stderr, status} = simulate(...args);
		t.is(status, 2);
		t.regex(stderr, expected);
	},
	title: (name = '') => `refused: ${name}`,
});

test('a detection that is no time', usage, ['--detection', 'soon'], /'soon' is no time for --detection\nhint: write a duration/);
test('a drift of half', usage, ['--drift', '50%'], /'50%' is no drift/);
test('misfortunes that are named, with a storm', usage, ['--storm', '--kill', 'web1@1s'], /--storm chooses what happens by itself, and '--kill web1@1s' is named/);
test('nodes and a configuration', usage, ['--nodes', '3', '--config', 'farm.yaml'], /both say which nodes there are/);

test('seeds that fail are told with the command that replays them, and the exit status is 1', t => {
	const {stdout, status} = simulate('--seeds', '2', '--seed', '5', '--kill', 'web1,web2,web3@1s', '--loss', '5%', '--quiet', '--duration', '2s');
	t.is(status, 1);
	t.regex(stdout, /^seed 5: not every slot has an acceptor in the end$/m);
	t.regex(stdout, /^2 runs, seeds 5 to 6: 2 FAILED$/m);
	const [, command] = /^seed 6: .*\n {2}farmctl simulate (.*)$/m.exec(stdout)!;
	t.is(command, '--kill web1,web2,web3@1s --loss 5% --duration 2s --seed 6');
	const again = simulate(...command!.split(' '));
	t.is(again.status, 1);
	t.regex(again.stdout, /seed 6;/);
	t.regex(again.stdout, /NOT EVERY SLOT HAS AN ACCEPTOR/);
});

test('without a word --seeds are storms, and all of these are well', t => {
	const {stdout, status} = simulate('--seeds', '4');
	t.is(status, 0);
	t.regex(stdout, /^4 runs, seeds 1 to 4: all well$/m);
	t.regex(stdout, /longest time that a slot had no acceptor, ms: median [\d.]+, worst [\d.]+ \(seed \d\)/);
	t.is(simulate('--storm', '--seed', '3', '--quiet').status, 0);
});

test('a script says what the flags say, and the configuration which nodes', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-simulate-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	const [config, script] = ['farm.yaml', 'crash.txt'].map(name => path.join(folder, name)) as [string, string];
	writeFileSync(config, `farm: shop
key-file: farm.key
nodes:
  anton: {id: 3, addresses: [192.0.2.11]}
  berta: {id: 7, addresses: [192.0.2.12], weight: 3}
vips:
  - {address: 192.0.2.100/24, interface: eth0}
rules:
  - {vip: 192.0.2.100, protocol: tcp, ports: [80], affinity: client}
`);
	writeFileSync(script, '# a crash\nkill berta@1s   # the larger\n\n--loss 2%\n');
	const told = simulate('--config', config, '--script', script, '--quiet');
	t.is(told.stderr, '');
	t.is(told.status, 0);
	t.is(told.stdout, simulate('--config', config, '--kill', 'berta@1s', '--loss', '2%', '--quiet').stdout);
	t.regex(told.stdout, /anton 2520, berta 0/);
	writeFileSync(script, 'kill berta@1s\n  kil anton@1s\nkill web1@2s\n');
	const wrong = simulate('--config', config, '--script', script);
	t.is(wrong.status, 2);
	t.regex(wrong.stderr, /crash\.txt:2, position 3: there is no word 'kil'\n.*\n.*\n {2}hint: did you mean 'kill'\?/);
	t.regex(wrong.stderr, /crash\.txt:3, position 6: there is no node 'web1'\n.*\n.*\n {2}hint: the nodes: anton, berta/);
});
