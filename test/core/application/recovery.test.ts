/** What is done by itself: how often, how soon, where, and what is remembered of it. */

import test from 'ava';
import {keptPatienceMs} from '../../../src/core/application/serving.js';
import {check, drainMs, lifeHooks, service, settings} from './configs.js';
import {Machine, nothingRemembered} from './machine.js';

const starts = (machine: Machine): string[] => machine.orders.filter(order => order.startsWith('start'));

const up = (machine: Machine): Machine => machine.begin().reach('UP').run(100);

test('a check that goes down takes the node out by handover, the services are restarted, and it returns when the check has risen', t => {
	const machine = up(new Machine(settings({checks: [check('page')]}))).finds('down', 'page').reach('DRAINING');
	t.deepEqual(machine.claim, {wants: 'out', state: 'STOPPING', reason: 'check page is down: connection refused', isDropping: false, isGuarded: true});
	machine.reach('STARTING').finds('up', 'page').reach('UP').run(100);
	t.deepEqual(machine.orders, ['start web', 'begin page', 'end page', 'stop web', 'start web', 'begin page']);
	t.deepEqual(machine.claim, {wants: 'in', shareThousandths: 1000, note: ''});
	t.deepEqual(machine.remembered?.actions.map(({action, subject}) => `${action} ${subject}`), ['restart check page']);
	t.deepEqual(machine.faults, []);
});

test('a service that exits takes the node out at once', t => {
	const machine = up(new Machine(settings())).die('web');
	t.is(machine.state.life, 'DRAINING');
	t.deepEqual(machine.claim, {wants: 'out', state: 'STOPPING', reason: 'service web exited: signal 9', isDropping: true, isGuarded: false});
	machine.reach('UP').run(100);
	t.deepEqual(machine.orders, ['start web', 'start web']);
	t.is(machine.claim.wants, 'in');
});

test('the other services stop in reverse and start in order', t => {
	const machine = up(new Machine(settings({services: [service('a'), service('b'), service('c')]}))).die('b').until(({state, orders}) => state.life === 'UP' && orders.length > 3);
	t.deepEqual(machine.orders.slice(3), ['stop c', 'stop a', 'start a', 'start b', 'start c']);
	t.deepEqual(machine.faults, []);
});

test('services are restarted so often, later each time, and then the node stays stopped and says what was tried', t => {
	const machine = new Machine(settings());
	machine.does.start.web = 'exits';
	machine.begin().run(120_000);
	t.is(machine.state.life, 'STOP');
	t.is(starts(machine).length, 4);
	const times = machine.log.flatMap(effect => effect.kind === 'service' && effect.verb === 'start' ? effect.at : []);
	t.deepEqual(times.map((at, index) => index === 0 ? 0 : at - times[index - 1]!), [0, 203, 1203, 2203]);
	t.is(machine.claim.wants === 'out' && machine.claim.reason, 'service web exited: status 1; stopped after 3 automatic actions within 24h: restart 3s before, restart 3s before, restart 2s before');
	t.is(machine.remembered?.held, machine.state.held);
	t.is(machine.remembered?.actions.length, 3);
});

test('an operator who starts it forgets the count', t => {
	const machine = new Machine(settings());
	machine.does.start.web = 'exits';
	machine.begin().run(120_000);
	machine.does.start.web = 'runs';
	machine.want('serve').reach('UP');
	t.deepEqual(machine.remembered, nothingRemembered);
	t.is(machine.state.life, 'UP');
});

test('what the daemon of before did counts, as long as it is not too long ago', t => {
	const action = {action: 'restart', subject: 'service web', reason: 'it exited'} as const;
	const machine = new Machine(settings({actions: {max: 2, withinMs: 60_000}}));
	machine.begin('serve', {...nothingRemembered, actions: [{...action, ageMs: 100_000}, {...action, ageMs: 50_000}]}).reach('UP').run(100).die('web').reach('UP').run(100);
	t.is(machine.claim.wants, 'in');
	t.deepEqual(machine.remembered?.actions.map(({ageMs}) => ageMs), [50_303, 0]);
	machine.run(8000).die('web').reach('STOP', 5000);
	t.is(machine.state.life, 'STOP');
});

test('one that was held stays so over a restart of its daemon, until an operator starts it', t => {
	const machine = new Machine(settings()).begin('serve', {...nothingRemembered, held: 'check page is down'}).run(60_000);
	t.deepEqual(machine.claim, {wants: 'out', state: 'STOP', reason: 'check page is down', isDropping: false, isGuarded: false});
	t.deepEqual(machine.orders, []);
	t.is(machine.want('serve').reach('UP').claim.wants, 'in');
});

test('stopstart goes through all hooks, restart through none', t => {
	const hooks = {commands: lifeHooks, timeoutMs: 3000};
	for (const [action, orders] of [
		['stopstart', ['before-stop', 'stop web', 'after-stop', 'before-start', 'start web', 'after-start', 'begin page']],
		['restart', ['stop web', 'start web', 'begin page']],
	] as const) {
		const machine = up(new Machine(settings({checks: [check('page', {action})], hooks}))).finds('down', 'page').reach('STOPPING').finds('up', 'page').reach('UP');
		const [, ...after] = machine.orders.slice(machine.orders.indexOf('end page'));
		t.deepEqual(after, orders);
		t.deepEqual(machine.faults, []);
	}
});

test('wait leaves services alone and counts nothing', t => {
	const machine = up(new Machine(settings({checks: [check('page', {action: 'wait'})]}))).finds('down', 'page').reach('WAIT').run(600_000);
	t.is(machine.state.life, 'WAIT');
	machine.finds('up', 'page').reach('UP');
	t.deepEqual(starts(machine), ['start web']);
	t.deepEqual(machine.state.actions, []);
});

test('stop is remembered', t => {
	const machine = up(new Machine(settings({checks: [check('page', {action: 'stop'})]}))).finds('down', 'page').reach('STOP').finds('up', 'page').run(600_000);
	t.is(machine.state.life, 'STOP');
	t.is(machine.remembered?.held, 'check page is down: connection refused');
});

test('none is shown, and nothing more', t => {
	const machine = up(new Machine(settings({checks: [check('page', {action: 'none'})]}))).finds('timeout', 'page').run(60_000);
	t.deepEqual(machine.claim, {wants: 'in', shareThousandths: 1000, note: 'check page is down: connection refused'});
	t.is(machine.state.life, 'UP');
});

test('a handler runs while the node is out, and the check begins anew', t => {
	const machine = up(new Machine(settings({checks: [check('page', {action: 'handler'})]}))).finds('down', 'page').until(({orders}) => orders.includes('handler page'));
	t.is(machine.state.life, 'WAIT');
	t.is(machine.claim.wants === 'out' && machine.claim.reason, 'check page is down: connection refused; its handler runs');
	machine.finds('up', 'page').reach('UP').run(100);
	t.deepEqual(machine.orders, ['start web', 'begin page', 'handler page', 'end page', 'begin page']);
	t.is(machine.claim.wants, 'in');
});

test('a handler that fails runs again as often as may be, and then the node stops', t => {
	for (const how of ['failed', 'timeout', 'never'] as const) {
		const machine = new Machine(settings({checks: [check('page', {action: 'handler'})]}));
		machine.does.handlers.page = how;
		up(machine).finds('down', 'page').run(200_000);
		t.is(machine.orders.filter(order => order === 'handler page').length, 3);
		t.is(machine.state.life, 'STOP');
		t.true(machine.events.includes('handler-failed'));
	}
});

test('without services a restart is a wait', t => {
	const machine = up(new Machine(settings({services: [], checks: [check('page')]}))).finds('down', 'page').reach('WAIT').run(100_000);
	t.is(machine.state.life, 'WAIT');
	t.is(machine.finds('up', 'page').reach('UP').run(100).claim.wants, 'in');
	t.deepEqual(machine.state.actions, []);
});

test('clients that stay are waited for only so long', t => {
	const machine = up(new Machine(settings({checks: [check('page')]}))).change({connectionsMs: undefined}).finds('down', 'page').reach('DRAINING');
	const begun = machine.now;
	machine.reach('STOPPING');
	t.true(machine.now - begun >= drainMs && machine.now - begun < drainMs + 100);
	t.true(machine.claim.wants === 'out' && machine.claim.isDropping);
});

test('an operator\'s stop waits as long as membership does', t => {
	const machine = up(new Machine(settings())).change({connectionsMs: undefined}).want('stop').run(3_600_000);
	t.is(machine.state.life, 'DRAINING');
	t.is(machine.change({connectionsMs: 10}).reach('STOP').state.life, 'STOP');
});

test('a node that is kept serves on, degraded, and leaves when it may', t => {
	const machine = up(new Machine(settings({checks: [check('page')]}))).change({isKeeping: true, othersUnwell: true}).finds('down', 'page').run(20_000);
	t.is(machine.standing, 'kept');
	t.is(machine.state.life, 'UP');
	t.deepEqual(starts(machine), ['start web']);
	machine.change({isKeeping: false}).reach('STARTING');
	t.deepEqual(machine.faults, []);
	t.is(machine.finds('up', 'page').reach('UP').run(100).standing, 'in');
});

test('one whose check recovers while it is kept does nothing', t => {
	const machine = up(new Machine(settings({checks: [check('page')]}))).change({isKeeping: true, othersUnwell: true}).finds('down', 'page').run(10_000).finds('up', 'page').run(60_000);
	t.is(machine.standing, 'in');
	t.deepEqual(machine.state.actions, []);
	t.true(machine.events.includes('recovered'));
});

test('a node that is kept while others are unwell, too, is restarted where it is, later and once, and clients come back although the check is down', t => {
	const machine = up(new Machine(settings({checks: [check('page')]}))).change({isKeeping: true, othersUnwell: true}).finds('down', 'page').until(({standing}) => standing === 'kept');
	const since = machine.now;
	machine.until(({state}) => state.life === 'STARTING');
	t.true(machine.now - since >= keptPatienceMs);
	machine.until(({standing}) => standing === 'kept').run(600_000);
	t.deepEqual(starts(machine), ['start web', 'start web']);
	t.is(machine.state.life, 'UP');
	t.is(machine.standing, 'kept');
	t.deepEqual(machine.faults, []);
});

for (const [where, othersServe] of [['alone in the farm', false], ['kept among others that are well', true]] as const) {
	test(`${where} it is restarted at once`, t => {
		const machine = up(new Machine(settings({checks: [check('page')]}))).change({isKeeping: true, othersServe}).finds('down', 'page').reach('DRAINING').finds('up', 'page').run(3000);
		t.is(machine.state.life, 'UP');
		t.is(machine.standing, 'in');
		t.deepEqual(starts(machine), ['start web', 'start web']);
		t.deepEqual(machine.faults, []);
	});
}

test('a restart where it is does not happen when too many did', t => {
	const machine = up(new Machine(settings({checks: [check('page')], actions: {max: 0, withinMs: 86_400_000}}))).change({isKeeping: true, othersServe: false, othersUnwell: false}).finds('down', 'page').run(600_000);
	t.is(machine.state.life, 'UP');
	t.is(machine.standing, 'kept');
});

test('a handler helps a node that is kept where it is', t => {
	const machine = up(new Machine(settings({checks: [check('page', {action: 'handler'})]}))).change({isKeeping: true}).finds('down', 'page').until(({orders}) => orders.includes('handler page'));
	t.is(machine.state.life, 'UP');
	t.is(machine.standing, 'kept');
	t.is(machine.finds('up', 'page').run(10_000).standing, 'in');
});

test('of several checks the one that does most counts, and its recovery is that of all', t => {
	const machine = up(new Machine(settings({checks: [check('peer', {action: 'wait', fall: 1}), check('page', {fall: 2})]}))).change({connectionsMs: undefined}).finds('down', 'peer', 'page').reach('STARTING');
	t.is(machine.state.recovery?.subject.name, 'page');
	t.deepEqual(machine.lives.slice(-3), ['WAIT', 'STOPPING', 'STARTING']);
	t.deepEqual(machine.state.actions.map(({subject}) => subject), ['check page']);
});

test('slow start: the share grows in steps, and begins anew when the node returns', t => {
	const machine = new Machine(settings({slowStartMs: 10_000, checks: [check('page', {action: 'wait'})]})).begin().reach('UP');
	const shares = (from: number): number[] => machine.log.slice(from).flatMap(effect => effect.kind === 'claim' && effect.claim.wants === 'in' ? effect.claim.shareThousandths : []);
	machine.run(9500);
	t.deepEqual(shares(0), [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
	machine.run(60_000);
	t.is(shares(0).length, 10);
	const before = machine.log.length;
	machine.finds('down', 'page').reach('WAIT').finds('up', 'page').reach('UP').run(20_000);
	t.deepEqual(shares(before), [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
	const drained = machine.log.length;
	machine.want('drain').run(5000).want('serve').run(20_000);
	t.deepEqual(shares(drained), [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
});
