/** A death that the kernel tells before the parent of the process is told how it ended. */

import test from 'ava';
import type {CheckResult} from '../../../src/core/model/check-result.js';
import {check, service, settings} from './configs.js';
import {Machine} from './machine.js';

const dead: CheckResult = {outcome: 'down', reason: 'web (pid 7) has died', tookMs: 0, isCertain: true};

const watched = (of: string): Machine => new Machine(settings({
	services: [service('web')], checks: [check('watch', {probe: {type: 'process', by: {service: of}, atLeast: 1, atMost: undefined}, rise: 1, fall: 1})],
})).begin().reach('UP').run(100);

const tell = (machine: Machine, result: CheckResult): Machine => machine.feed({kind: 'check', name: 'watch', run: machine.state.checks[0]!.run, result});

const claims = (machine: Machine) => machine.log.flatMap(entry => entry.kind === 'claim' ? [entry.claim] : []);

test('the share is given up at once when the process of a service is dead, before the service has exited', t => {
	const machine = tell(watched('web'), dead);
	t.like(claims(machine).at(-1), {wants: 'out', isDropping: true, isGuarded: false});
	t.is(machine.state.services[0]!.status, 'running');
});

test('a service that is told to have exited after that is started once', t => {
	const machine = tell(watched('web'), dead).run(1).die('web').reach('UP').run(20_000);
	t.is(machine.state.life, 'UP');
	t.is(machine.log.filter(entry => entry.kind === 'service' && entry.verb === 'start').length, 2);
	t.is(machine.state.actions.length, 1);
	t.deepEqual(machine.faults, []);
});

test('what is not certain, and what is no service of this farm, leaves gently', t => {
	t.like(claims(tell(watched('web'), {...dead, isCertain: false})).at(-1), {wants: 'out', isDropping: false, isGuarded: true});
	t.like(claims(tell(watched('other'), dead)).at(-1), {wants: 'out', isDropping: false, isGuarded: true});
});
