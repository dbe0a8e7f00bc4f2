/** What is told of an application's life: each line once, and nothing of what must be so in a start. */

import test from 'ava';
import {check, settings} from './configs.js';
import {Machine} from './machine.js';

type Line = string;

const linesOf = (machine: Machine): Line[] => machine.log.flatMap(entry => entry.kind === 'event' ? [`${entry.event.level} ${entry.event.name}: ${entry.event.message}`] : []);

test('a service that does not start is told once for each time that it is tried', t => {
	const machine = new Machine(settings());
	machine.does.start.web = 'fails';
	machine.begin().run(120_000);
	const failed = 'service web did not start: no such unit';
	const again = (count: number): Line[] => [
		`warning action: restart ${count} of 3: ${failed}`,
		'info application-state: the application is in STOPPING',
		`info application-state: the application is in STARTING: ${count === 1 ? 'service web starts' : 'starting again in a moment'}`,
		`error service-failed: ${failed}`,
	];
	t.deepEqual(linesOf(machine).filter(line => !line.startsWith('error held')), [
		'info application-state: the application is in STARTING: service web starts',
		`error service-failed: ${failed}`,
		...again(1),
		...again(2),
		...again(3),
		'info application-state: the application is in STOPPING',
		'info application-state: the application is in STOP',
	]);
	t.is(linesOf(machine).filter(line => line.startsWith('error held')).length, 1);
	t.is(machine.state.services[0]!.detail, 'did not start: no such unit', 'what is shown of it later says why');
});

test('a check that is not up while its service starts is no warning before an action is called for', t => {
	const starting = new Machine(settings({checks: [check('page')]})).finds('down', 'page').begin().run(3000);
	t.is(starting.state.life, 'STARTING');
	t.true(linesOf(starting).includes('info check-down: check page is not up yet: connection refused'));
	const serving = new Machine(settings({checks: [check('page')]})).begin().reach('UP').finds('down', 'page').reach('DRAINING');
	t.true(linesOf(serving).includes('warning check-down: check page is down: connection refused'));
	t.true(linesOf(serving).some(line => line.startsWith('warning recovery: check page is down')), 'carried out later, so told by itself');
});
