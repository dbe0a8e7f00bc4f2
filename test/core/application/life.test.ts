/** Every cell of the table of the application's life: how it comes about, and why. The last test holds the list to the table. */

import test from 'ava';
import {life} from '../../../src/core/application/life.js';
import {check, lifeHooks, service, settings} from './configs.js';
import {Machine, nothingRemembered} from './machine.js';

type Cell = {
	readonly cell: string;
	readonly when: string;
	/** Ends in the second state of the cell, or a moment after it. */
	readonly story: () => Machine;
	/** Part of the reason that was given with it. */
	readonly reason: string;
};

const gate = check('gate', {when: 'before-start', action: 'wait'});
const page = check('page');
const gated = settings({checks: [gate]});
const serving = (changes?: Parameters<typeof settings>[0]): Machine => new Machine(settings(changes ?? {checks: [page]})).begin().reach('UP').run(100);
const waiting = (): Machine => serving({checks: [check('page', {action: 'wait'})]}).finds('down', 'page').reach('WAIT');

const cells: readonly Cell[] = [
	{cell: 'STOP STARTING', when: 'a daemon begins that shall serve', reason: 'service web starts', story: () => new Machine(settings()).begin()},
	{cell: 'STOP STARTING', when: 'an operator starts it', reason: 'service web starts', story: () => new Machine(settings()).begin('stop').run(10).want('serve')},
	{cell: 'STOP STARTING', when: 'a drained node runs its services', reason: 'service web starts', story: () => new Machine(settings()).begin('stop').want('drain')},
	{cell: 'STOP STARTING', when: 'stopstart went through it', reason: 'check page is down', story: () => serving({checks: [check('page', {action: 'stopstart'})]}).finds('down', 'page').until(({lives}) => lives.includes('STOP'))},
	{cell: 'STOP WAIT', when: 'a check of before-start has no verdict yet', reason: 'check gate has no verdict yet', story: () => new Machine(gated).begin()},
	{cell: 'STOP ENDED', when: 'the daemon ends', reason: 'its daemon ends', story: () => new Machine(settings()).begin('stop').want('leave')},
	{cell: 'WAIT STARTING', when: 'the check of before-start is up', reason: 'service web starts', story: () => new Machine(gated).begin().run(10).reach('STARTING')},
	{cell: 'WAIT STARTING', when: 'the check it left for is up again', reason: '', story: () => waiting().finds('up', 'page').reach('STARTING')},
	{cell: 'WAIT STOP', when: 'an operator stops it before the start', reason: 'stopped by an operator', story: () => new Machine(gated).finds('down', 'gate').begin().run(5000).want('stop')},
	{cell: 'WAIT STOP', when: 'the daemon ends before the start', reason: 'its daemon ends', story: () => new Machine(gated).finds('down', 'gate').begin().run(5000).want('leave')},
	{cell: 'WAIT STOPPING', when: 'an operator stops it while services run', reason: 'stopped by an operator', story: () => waiting().want('stop')},
	{cell: 'WAIT STOPPING', when: 'a service exits', reason: 'service web exited: signal 9', story: () => waiting().die('web')},
	{cell: 'WAIT STOPPING', when: 'another check wants a restart', reason: 'check port is down: connection refused', story: () => serving({checks: [check('page', {action: 'wait'}), check('port')]}).finds('down', 'page').reach('WAIT').finds('down', 'port').reach('STOPPING')},
	{cell: 'WAIT STOPPING', when: 'another configuration changes a service', reason: 'its services are configured otherwise now', story: () => waiting().feed({kind: 'configure', settings: settings({services: [service('web', {run: {kind: 'unit', unit: 'other.service'}})]})})},
	{cell: 'WAIT STOPPING', when: 'its handler helped too rarely', reason: 'after 1 automatic action', story: () => serving({checks: [check('page', {action: 'handler'})], actions: {max: 1, withinMs: 86_400_000}}).finds('down', 'page').reach('WAIT').reach('STOPPING')},
	{cell: 'WAIT UP', when: 'too few others serve', reason: 'check page is down', story: () => waiting().change({isKeeping: true}).run(10)},
	{cell: 'STARTING WAIT', when: 'a check of before-start goes down in the pause', reason: 'check gate is down', story: () => new Machine(settings({checks: [check('gate', {when: 'before-start', action: 'none', fall: 1, rise: 1})], hooks: {commands: {'before-start': ['/hook']}, timeoutMs: 3000}})).begin().run(2).finds('down', 'gate').until(({state}) => state.life === 'STARTING').feed({kind: 'check', name: 'gate', run: 1, result: {outcome: 'down', reason: 'no answer', tookMs: 1}}).reach('WAIT')},
	{cell: 'STARTING WAIT', when: 'a check that only waits is not up in time', reason: 'check page is down', story: () => new Machine(settings({checks: [check('page', {action: 'wait'})]})).finds('down', 'page').begin().reach('WAIT')},
	{cell: 'STARTING WAIT', when: 'a check with a handler is not up in time', reason: 'check page is down', story: () => new Machine(settings({checks: [check('page', {action: 'handler'})]})).finds('down', 'page').begin().reach('WAIT')},
	{cell: 'STARTING UP', when: 'services run, and checks have risen', reason: '', story: () => serving()},
	{cell: 'STARTING STOPPING', when: 'an operator stops it', reason: 'stopped by an operator', story: () => new Machine(settings()).begin().run(50).want('stop')},
	{cell: 'STARTING STOPPING', when: 'a service does not start', reason: 'service web did not start: no such unit', story() {
		const machine = new Machine(settings());
		machine.does.start.web = 'fails';
		return machine.begin().reach('STOPPING');
	}},
	{cell: 'STARTING STOPPING', when: 'a service does not start in time', reason: 'service web did not start within 10s', story() {
		const machine = new Machine(settings());
		machine.does.start.web = 'hangs';
		return machine.begin().reach('STOPPING');
	}},
	{cell: 'STARTING STOPPING', when: 'the hook before it fails', reason: 'hook before-start failed: status 1', story() {
		const machine = new Machine(settings({hooks: {commands: lifeHooks, timeoutMs: 3000}}));
		machine.does.hooks['before-start'] = 'failed';
		return machine.begin().reach('STOPPING');
	}},
	{cell: 'STARTING STOPPING', when: 'a check is not up in time', reason: 'check page is down: connection refused', story: () => new Machine(settings({checks: [page]})).finds('down', 'page').begin().reach('STOPPING')},
	{cell: 'STARTING STOPPING', when: 'a check that stops the node is not up in time', reason: 'check page is down: connection refused', story: () => new Machine(settings({checks: [check('page', {action: 'stop'})]})).finds('down', 'page').begin().reach('STOPPING')},
	{cell: 'STARTING STOPPING', when: 'another configuration changes a service', reason: 'its services are configured otherwise now', story: () => new Machine(settings()).begin().run(50).feed({kind: 'configure', settings: settings({services: [service('web', {run: {kind: 'unit', unit: 'other.service'}})]})})},
	{cell: 'UP DRAINING', when: 'an operator stops it', reason: 'stopped by an operator', story: () => serving().want('stop')},
	{cell: 'UP DRAINING', when: 'its daemon ends', reason: 'its daemon ends', story: () => serving().want('leave')},
	{cell: 'UP DRAINING', when: 'a check goes down', reason: 'check page is down: connection refused', story: () => serving().finds('down', 'page').reach('DRAINING')},
	{cell: 'UP DRAINING', when: 'a service exits', reason: 'service web exited: signal 9', story: () => serving().die('web')},
	{cell: 'UP DRAINING', when: 'nobody else is there, so it is restarted where it is', reason: 'check page is down', story: () => serving().change({othersServe: false, othersUnwell: false, isKeeping: true}).run(10).finds('down', 'page').reach('DRAINING')},
	{cell: 'UP DRAINING', when: 'another configuration changes a service', reason: 'its services are configured otherwise now', story: () => serving().feed({kind: 'configure', settings: settings({services: [service('web'), service('db')]})}).reach('DRAINING')},
	{cell: 'DRAINING UP', when: 'an operator starts it again', reason: '', story: () => serving().want('stop').run(50).want('serve')},
	{cell: 'DRAINING UP', when: 'the check that waits is up again', reason: '', story: () => serving({checks: [check('page', {action: 'wait'})]}).change({connectionsMs: 4000}).finds('down', 'page').reach('DRAINING').finds('up', 'page').reach('UP')},
	{cell: 'DRAINING UP', when: 'membership keeps it after all', reason: 'check page is down', story: () => serving().change({connectionsMs: 4000}).finds('down', 'page').reach('DRAINING').change({isKeeping: true}).run(10)},
	{cell: 'DRAINING WAIT', when: 'the check that waits is down', reason: 'check page is down: connection refused', story: waiting},
	{cell: 'DRAINING WAIT', when: 'a handler has to run', reason: 'check page is down', story: () => serving({checks: [check('page', {action: 'handler'})]}).finds('down', 'page').reach('WAIT')},
	{cell: 'DRAINING STOPPING', when: 'no client is served any more', reason: 'stopped by an operator', story: () => serving().want('stop').reach('STOPPING')},
	{cell: 'DRAINING STOPPING', when: 'clients stay, and an action has waited long enough', reason: 'check page is down', story: () => serving().change({connectionsMs: undefined}).finds('down', 'page').reach('STOPPING')},
	{cell: 'DRAINING STOPPING', when: 'membership is silent, and the application dead', reason: 'service web exited', story: () => serving().change({isSilent: true}).die('web').reach('STOPPING')},
	{cell: 'STOPPING STOP', when: 'nothing runs any more', reason: 'stopped by an operator; start it: farmctl node start', story: () => serving().want('stop').reach('STOP')},
	{cell: 'STOPPING STOP', when: 'a check stops the node', reason: 'check page is down: connection refused', story: () => serving({checks: [check('page', {action: 'stop'})]}).finds('down', 'page').reach('STOP')},
	{cell: 'STOPPING STOP', when: 'too many actions', reason: 'service web exited: signal 9; stopped after 0 automatic actions within 24h', story: () => serving({actions: {max: 0, withinMs: 86_400_000}}).die('web').reach('STOP')},
	{cell: 'STOPPING STOP', when: 'a service does not end', reason: 'service web was killed and is there all the same', story() {
		const machine = serving();
		machine.does.stop.web = 'never';
		return machine.finds('down', 'page').reach('STOP');
	}},
	{cell: 'STOPPING STARTING', when: 'a restart', reason: 'restart 1 of 3: check page is down: connection refused', story: () => serving().finds('down', 'page').reach('STARTING')},
	{cell: 'STOPPING STARTING', when: 'another configuration', reason: 'service db starts', story: () => serving().feed({kind: 'configure', settings: settings({services: [service('web'), service('db')]})}).reach('STARTING')},
];

const stateEvents = (machine: Machine): ReadonlyArray<{readonly state: string; readonly reason: string}> => machine.log.flatMap(effect =>
	effect.kind === 'event' && effect.event.name === 'application-state' ? [{state: String(effect.event.fields?.state), reason: String(effect.event.fields?.reason)}] : []);

for (const {cell, when, story, reason} of cells) {
	test(`${cell}: ${when}`, t => {
		const machine = story();
		const events = [{state: 'STOP', reason: ''}, ...stateEvents(machine)];
		const found = events.findLastIndex(({state}, index) => `${events[index - 1]?.state} ${state}` === cell);
		t.not(found, -1, events.map(({state}) => state).join(' '));
		t.true(reason === '' ? events[found]!.reason === '' : events[found]!.reason.includes(reason), events[found]!.reason);
		t.deepEqual(machine.faults, []);
	});
}

test('every cell of the table has a story', t => {
	const table = Object.entries(life).flatMap(([from, targets]) => Object.keys(targets).map(to => `${from} ${to}`));
	t.deepEqual([...new Set(cells.map(({cell}) => cell))].toSorted(), table.toSorted());
});

test('nothing follows the end', t => {
	const machine = new Machine(settings({checks: [gate]})).begin('stop', nothingRemembered).want('leave').run(1000);
	const effects = machine.log.length;
	machine.want('serve').feed({kind: 'checks', names: [], isEnabled: false}).feed({kind: 'checks', names: [], isEnabled: true}).run(1000);
	t.is(machine.state.life, 'ENDED');
	t.deepEqual(machine.log.slice(effects).filter(({kind}) => kind !== 'event' && kind !== 'remember'), []);
});
