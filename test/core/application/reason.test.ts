/** What operators read while an application is not well. */

import test from 'ava';
import {reasonOf} from '../../../src/core/application/reason.js';
import {check, service, settings} from './configs.js';
import {Machine} from './machine.js';

const serving = (): Machine => new Machine(settings({services: [service('api')], checks: [check('page')]})).begin().run(5000);

const reasonsOf = (machine: Machine, ms: number): readonly string[] => {
	const reasons: string[] = [];
	for (let passed = 0; passed < ms; passed += 10) {
		machine.run(10);
		reasons.push(`${machine.state.life}: ${reasonOf(machine.state)}`);
	}

	return [...new Set(reasons)];
};

test('a service that dies is told with how many restarts there are, until it serves again', t => {
	t.deepEqual(reasonsOf(serving().die('api', 'was killed by SIGKILL'), 5000), [
		'STARTING: service api starts; restart 1 of 3: service api exited: was killed by SIGKILL',
		'STARTING: waiting for check page; restart 1 of 3: service api exited: was killed by SIGKILL',
		'UP: ',
	]);
});

test('one that cannot be mended is told with what was tried, and that an operator must start it', t => {
	const machine = serving();
	for (let death = 0; death < 4; death++) {
		machine.die('api').run(20_000);
	}

	t.is(reasonOf(machine.state), 'service api exited: signal 9; stopped after 3 automatic actions within 24h: restart 1m before, restart 40s before, restart 20s before');
	t.true(machine.log.some(entry => entry.kind === 'event' && entry.event.message.startsWith('this node stops, until an operator starts it (farmctl node start): service api exited')));
});

test('what was tried for another reason is told with that', t => {
	const machine = serving().die('api').run(20_000).finds('down', 'page').run(120_000);
	t.regex(reasonOf(machine.state), /^check page is down: connection refused; stopped after 3 automatic actions within 24h: restart \S+ before \(service api exited: signal 9\), restart \d+s before, restart \d+s before$/u);
});

test('a check that waits says what it found', t => {
	const machine = new Machine(settings({checks: [check('db', {action: 'wait'})]})).begin().run(5000);
	t.is(reasonsOf(machine.finds('timeout', 'db'), 10_000).at(-1), 'WAIT: check db is down: connection refused');
});
