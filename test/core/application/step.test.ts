import test from 'ava';
import {check, lifeHooks, service, settings} from './configs.js';
import {Machine} from './machine.js';

test('services start in order, checks rise, and only then clients are let in', t => {
	const machine = new Machine(settings({services: [service('db'), service('web')], checks: [check('http')], hooks: {commands: lifeHooks, timeoutMs: 3000}})).begin();
	t.is(machine.claim.wants, 'out');
	machine.reach('UP');
	t.deepEqual(machine.orders, ['before-start', 'start db', 'start web', 'after-start', 'begin http']);
	t.is(machine.state.checks[0]!.results.length, 2);
	t.deepEqual(machine.lives, ['STARTING', 'UP']);
	t.deepEqual(machine.claim, {wants: 'in', shareThousandths: 1000, note: ''});
	t.deepEqual(machine.faults, []);
});

test('a node that serves already when its application begins may be kept until it is up, also when a start fails', t => {
	const machine = new Machine(settings({services: [service('web')], checks: [check('http')]}));
	machine.begin('serve', undefined, true);
	t.like(machine.claim, {wants: 'out', state: 'STARTING', isGuarded: true, isDropping: false});
	machine.reach('UP');
	t.is(machine.claim.wants, 'in');
	const fresh = new Machine(settings({services: [service('web')], checks: [check('http')]})).begin();
	t.like(fresh.claim, {wants: 'out', state: 'STARTING', isGuarded: false});
	const stopped = new Machine(settings({services: [service('web')]})).begin('stop', undefined, true);
	t.like(stopped.claim, {wants: 'out', state: 'STOP', isGuarded: false});
});
