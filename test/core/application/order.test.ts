/** What an operator, a boot or another configuration makes of it; services and hooks that do not do as they should; checks and expressions. */

import test from 'ava';
import {bootStayText, resumed} from '../../../src/core/application/boot.js';
import {nextDeadline} from '../../../src/core/application/deadline.js';
import {killPatienceMs} from '../../../src/core/application/services.js';
import type {ApplicationConfig} from '../../../src/core/model/application.js';
import {check, expression, lifeHooks, service, settings} from './configs.js';
import {Machine, nothingRemembered} from './machine.js';

const up = (machine: Machine): Machine => machine.begin().reach('UP').run(100);
const hooks = {commands: lifeHooks, timeoutMs: 3000};
const configured = (machine: Machine, changes: Partial<ApplicationConfig>): Machine => machine.feed({kind: 'configure', settings: settings(changes)});

test('stop: drained, then stopped in reverse with its hooks', t => {
	const machine = up(new Machine(settings({services: [service('db'), service('web')], checks: [check('page')], hooks}))).want('stop').reach('STOP');
	t.deepEqual(machine.orders.slice(5), ['end page', 'before-stop', 'stop web', 'stop db', 'after-stop']);
	t.deepEqual(machine.claim, {wants: 'out', state: 'STOP', reason: 'stopped by an operator; start it: farmctl node start', isDropping: false, isGuarded: false});
	t.is(nextDeadline(machine.state), undefined);
	t.deepEqual(machine.faults, []);
});

test('leave: the same, and then it is over', t => {
	const machine = up(new Machine(settings({hooks}))).want('leave').run(10_000);
	t.is(machine.log.at(-1)?.kind, 'stopped');
	t.is(machine.log.filter(({kind}) => kind === 'stopped').length, 1);
	t.deepEqual([...machine.alive.keys()], []);
});

test('drain leaves services running, and checks with them', t => {
	const machine = up(new Machine(settings({checks: [check('page')]}))).want('drain').run(20_000);
	t.is(machine.state.life, 'UP');
	t.true(machine.state.checks[0]!.isBegun);
	t.deepEqual(machine.orders, ['start web', 'begin page']);
});

test('an order that changes its mind in the middle of a stop ends in what was ordered last', t => {
	for (const ms of [1, 100, 310, 340, 400, 500]) {
		const machine = up(new Machine(settings({hooks}))).want('stop').run(ms).want('serve').reach('UP').run(100);
		t.is(machine.claim.wants, 'in');
		t.deepEqual(machine.faults, []);
	}
});

test('services that run already are adopted, and hooks of a start do not run again', t => {
	const machine = new Machine(settings({checks: [check('page')], hooks})).found('web').begin().reach('UP');
	t.deepEqual(machine.orders, ['begin page']);
	machine.die('web').reach('STARTING');
	t.deepEqual(machine.orders.filter(order => order.startsWith('start')), ['start web']);
});

test('where only some run, the rest is started, with the hooks', t => {
	const machine = new Machine(settings({services: [service('db'), service('web')], hooks})).found('db').begin().reach('UP');
	t.deepEqual(machine.orders, ['before-start', 'start web', 'after-start']);
});

test('a node that shall not run leaves what runs alone', t => {
	const machine = new Machine(settings()).found('web').begin('stop').run(1000).die('web').run(1000);
	t.deepEqual(machine.orders, []);
	t.is(machine.want('serve').reach('UP').state.actions.length, 0);
});

test('boot: as before, start or stay; without a boot always as before', t => {
	const stopped = {wanted: 'stop', held: ''} as const;
	const held = {wanted: 'serve', held: 'check page is down'} as const;
	t.deepEqual([resumed(stopped, 'as-before', true), resumed(held, 'as-before', true)], [stopped, held]);
	t.deepEqual([resumed(stopped, 'start', true), resumed(held, 'start', true)], [{wanted: 'serve', held: ''}, {wanted: 'serve', held: ''}]);
	t.deepEqual([resumed({wanted: 'serve', held: ''}, 'stay', true), resumed(held, 'stay', true)], [{wanted: 'serve', held: bootStayText}, held]);
	t.deepEqual([resumed(stopped, 'start', false), resumed(held, 'stay', false)], [stopped, held]);
});

test('a stop that takes too long is forced, and one that nothing ends is said', t => {
	const machine = new Machine(settings({services: [service('db'), service('web')]}));
	machine.does.stop.web = 'needs-kill';
	machine.does.stop.db = 'never';
	up(machine).want('stop').reach('STOPPING');
	const begun = machine.now;
	machine.reach('STOP');
	t.deepEqual(machine.orders.slice(2), ['stop web', 'kill web', 'stop db', 'kill db']);
	t.is(machine.now - begun, 4000 + 100 + 4000 + killPatienceMs);
	t.deepEqual(machine.events.filter(name => name === 'service-killed' || name === 'service-stuck'), ['service-killed', 'service-killed', 'service-stuck']);
	machine.want('serve').run(10);
	t.is(machine.claim.wants === 'out' && machine.claim.reason, 'service db was killed and is there all the same');
});

test('one that is stuck holds nobody\'s end up', t => {
	const machine = new Machine(settings());
	machine.does.stop.web = 'never';
	t.is(up(machine).want('leave').run(60_000).state.life, 'ENDED');
});

test('one that ends after it was given up may be started again', t => {
	const machine = new Machine(settings());
	machine.does.stop.web = 'never';
	up(machine).want('stop').reach('STOP');
	machine.feed({kind: 'service', name: 'web', run: 1, outcome: 'stopped', detail: ''}).want('serve').reach('UP');
	t.is(machine.state.life, 'UP');
});

test('a start that hangs is stopped, and tried again', t => {
	const machine = new Machine(settings());
	machine.does.start.web = 'hangs';
	machine.begin().run(9999);
	t.is(machine.state.life, 'STARTING');
	machine.run(2);
	machine.does.start.web = 'runs';
	machine.reach('UP');
	t.deepEqual(machine.orders, ['start web', 'stop web', 'start web']);
});

test('hooks that fail after the start, or before or after the stop, are told and hinder nothing', t => {
	const machine = new Machine(settings({hooks}));
	Object.assign(machine.does.hooks, {'after-start': 'failed', 'before-stop': 'timeout', 'after-stop': 'failed'});
	up(machine).want('stop').reach('STOP');
	t.is(machine.state.life, 'STOP');
	t.is(machine.events.filter(name => name === 'hook-failed').length, 3);
});

test('a hook that nothing is heard of holds nothing up for ever', t => {
	const machine = new Machine(settings({hooks}));
	Object.assign(machine.does.hooks, {'after-start': 'never', 'before-stop': 'never', 'after-stop': 'never'});
	machine.begin().reach('UP').want('leave').run(100_000);
	t.is(machine.state.life, 'ENDED');
});

test('a hook before the start that fails starts nothing, and counts', t => {
	const machine = new Machine(settings({hooks}));
	machine.does.hooks['before-start'] = 'failed';
	machine.begin().run(60_000);
	t.is(machine.state.life, 'STOP');
	t.deepEqual(machine.orders.filter(order => order === 'start web'), []);
	t.is(machine.orders.filter(order => order === 'before-start').length, 4);
});

test('a service is not started while a check of before-start is down', t => {
	const machine = new Machine(settings({checks: [check('gate', {when: 'before-start', action: 'wait'})]})).finds('down', 'gate').begin().run(60_000);
	t.deepEqual(machine.orders, ['begin gate']);
	t.deepEqual(machine.claim, {wants: 'out', state: 'WAIT', reason: 'check gate is down: connection refused', isDropping: false, isGuarded: false});
	t.is(machine.finds('up', 'gate').reach('UP').state.life, 'UP');
});

test('a check that is held to be up from the first need not rise', t => {
	const machine = new Machine(settings({checks: [check('page', {initial: 'up'})]})).finds('timeout', 'page').begin().reach('UP');
	t.is(machine.state.checks[0]!.results.length, 0);
	t.is(machine.reach('DRAINING').state.checks[0]!.results.length, 3);
});

test('one that is held to be down calls for nothing before it is', t => {
	const machine = new Machine(settings({checks: [check('page', {initial: 'down', rise: 5})]})).begin().reach('UP');
	t.deepEqual(machine.events.filter(name => name === 'recovery'), []);
});

test('fewer bad results than fall, or good ones than rise, change nothing', t => {
	const machine = up(new Machine(settings({checks: [check('page', {rise: 2, fall: 3})]})));
	for (let round = 0; round < 10; round++) {
		machine.finds('timeout', 'page').run(2000).finds('up', 'page').run(1000);
	}

	t.is(machine.state.life, 'UP');
	t.is(machine.state.checks[0]!.results.length, 10);
	t.true(machine.state.checks[0]!.results.some(({outcome}) => outcome === 'timeout'));
});

test('a disabled check closes nothing, and is remembered', t => {
	const machine = up(new Machine(settings({checks: [check('page'), check('port')]}))).change({isKeeping: true}).finds('down', 'page').run(10_000);
	t.is(machine.standing, 'kept');
	machine.feed({kind: 'checks', names: ['page'], isEnabled: false}).run(100);
	t.is(machine.standing, 'in');
	t.deepEqual(machine.remembered?.disabled, ['page']);
	t.true(machine.orders.includes('end page'));
	machine.feed({kind: 'checks', names: [], isEnabled: true}).run(10_000);
	t.is(machine.standing, 'kept');
	t.deepEqual(machine.remembered?.disabled, []);
	const next = new Machine(settings({checks: [check('page')]})).finds('down', 'page').begin('serve', {...nothingRemembered, disabled: ['page']}).reach('UP');
	t.deepEqual(next.orders, ['start web']);
});

test('expressions follow the checks they are about at once', t => {
	const machine = up(new Machine(settings({checks: [expression('all', 'page and not busy', {action: 'wait'}), check('page', {action: 'none'}), check('busy', {action: 'none', rise: 1})]})).finds('down', 'busy'));
	t.is(machine.state.checks[0]!.verdict, 'up');
	machine.finds('up', 'busy').reach('WAIT');
	t.is(machine.claim.wants === 'out' && machine.claim.reason, 'check all is down: page is up, busy is up');
	t.is(machine.state.checks[0]!.results.at(-1)?.outcome, 'down');
	t.is(machine.finds('down', 'busy').reach('UP').state.life, 'UP');
});

test('expressions over expressions, in any order', t => {
	const machine = up(new Machine(settings({checks: [expression('a', 'b or c'), expression('b', 'not c', {action: 'none'}), check('c', {action: 'none'})]})));
	t.deepEqual(machine.state.checks.map(({verdict}) => verdict), ['up', 'down', 'up']);
});

test('an expression that a disabled check leaves without a verdict closes nothing', t => {
	const machine = new Machine(settings({checks: [expression('all', 'page and port'), check('page', {action: 'none'}), check('port', {action: 'none'})]})).begin('serve', {...nothingRemembered, disabled: ['port']}).reach('UP');
	t.is(machine.state.checks[0]!.verdict, 'unknown');
	t.is(machine.state.life, 'UP');
});

test('a handler of an expression begins anew with all that it depends on', t => {
	const machine = up(new Machine(settings({checks: [expression('all', 'page', {action: 'handler', handler: ['/mend']}), check('page', {action: 'none'})]}))).finds('down', 'page').until(({orders}) => orders.includes('handler all')).finds('up', 'page').reach('UP');
	t.deepEqual(machine.orders.slice(-3), ['handler all', 'end page', 'begin page']);
	t.is(machine.state.life, 'UP');
});

test('another configuration that changes no service is adopted at once, and checks that stay go on', t => {
	const machine = up(new Machine(settings({checks: [check('page'), check('old')]})));
	const [page] = machine.state.checks;
	configured(machine, {services: [service('web', {stopTimeoutMs: 9000})], checks: [check('new', {rise: 3}), check('page')]});
	t.deepEqual(machine.orders.slice(3), ['end old', 'begin new']);
	t.is(machine.state.checks[1], page!);
	t.is(machine.run(10_000).state.life, 'UP');
	t.is(machine.state.services[0]!.service.stopTimeoutMs, 9000);
});

test('one that changes a service drains, and touches only that', t => {
	const machine = up(new Machine(settings({services: [service('db'), service('web'), service('old')], hooks})));
	configured(machine, {services: [service('db'), service('web', {run: {kind: 'unit', unit: 'next.service'}}), service('new')], hooks}).until(({state, lives}) => state.life === 'UP' && lives.includes('STOPPING'));
	t.deepEqual(machine.orders.slice(5), ['stop old', 'stop web', 'start web', 'start new']);
	t.deepEqual(machine.state.actions, []);
	t.deepEqual(machine.faults, []);
});

test('one that comes while a node is stopped, or tries in vain to start, is the next that is tried', t => {
	const fixed = {services: [service('web', {run: {kind: 'unit', unit: 'right.service'}})]} as const;
	const stopped = configured(up(new Machine(settings())).want('stop').reach('STOP'), fixed).want('serve').reach('UP');
	t.deepEqual(stopped.state.services[0]!.service, fixed.services[0]);
	const failing = new Machine(settings());
	failing.does.start.web = 'hangs';
	failing.begin().run(1000);
	failing.does.start.web = 'runs';
	t.is(configured(failing, fixed).reach('UP', 10_000).state.life, 'UP');
});

test('one that comes in the middle of a restart is adopted there', t => {
	const next = {services: [service('web', {run: {kind: 'unit', unit: 'next.service'}})], checks: [check('page')]};
	const machine = up(new Machine(settings({checks: [check('page')]}))).finds('down', 'page').reach('STOPPING').finds('up', 'page');
	configured(machine, next).reach('UP').run(1000);
	t.deepEqual(machine.state.services[0]!.service, next.services[0]);
	t.is(machine.orders.filter(order => order === 'start web').length, 2);
	t.is(machine.claim.wants, 'in');
});
