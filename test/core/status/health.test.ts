import test from 'ava';
import {healthOf} from '../../../src/core/status/health.js';
import type {Status} from '../../../src/core/status/status.js';
import {applied, booting, checkDown, checkNoted, handingOver, healthy, heldStopped, keptDegraded, oneDead, oneWaiting, serviceDead} from './samples.js';

const cases: ReadonlyArray<readonly [string, Status, string, readonly string[]]> = [
	['all well', healthy, 'healthy', []],
	['a dead node', oneDead, 'degraded', ['node']],
	['a waiting node', oneWaiting, 'degraded', ['node']],
	['a handoff', handingOver, 'degraded', ['uncovered', 'node']],
	['a daemon that just boots', booting, 'down', ['self', 'uncovered']],
	['an own problem while UP', {...healthy, reason: 'the filter was removed by someone else'}, 'degraded', ['self']],
	['no lease while owning slots', {...healthy, lease: {}}, 'degraded', ['lease']],
	['an application that is well', applied, 'healthy', []],
	['a node that a check keeps from serving', checkDown, 'degraded', ['self']],
	['one that starts a service again', serviceDead, 'degraded', ['self']],
	['a node that has stopped because it could not be mended', heldStopped, 'degraded', ['self']],
	['a node that is kept although a check is down', keptDegraded, 'degraded', ['self']],
	['a check that is only shown, one that is disabled, and a warning', checkNoted, 'degraded', ['check', 'check']],
	['a service that does not run while the node serves', {...serviceDead, state: 'UP', reason: 'x', nodes: healthy.nodes, lease: healthy.lease}, 'degraded', ['self', 'service']],
	['slots claimed twice', {...healthy, coverage: {owned: 2520, total: 2520, overlapping: 3}}, 'degraded', ['overlapping']],
	['an UP peer that has a problem', {...healthy, nodes: healthy.nodes.map(node => node.id === 2 ? {...node, problem: 'timers run 80 ms late'} : node)}, 'degraded', ['node']],
];

for (const [name, status, health, codes] of cases) {
	test(`health: ${name}`, t => {
		const answer = healthOf(status);
		t.is(answer.health, health as typeof answer.health);
		t.deepEqual(answer.reasons.map(({code}) => code as string), [...codes]);
	});
}

test('every reason says what to type next', t => {
	t.deepEqual(healthOf(oneDead).reasons, [{code: 'node', message: 'web2 is DEAD: no heartbeat for 4.2 s', next: 'on web2: farmctl status'}]);
	const nodes = oneDead.nodes.map(node => node.state === 'DEAD' ? {...node, problem: 'degraded: check db is down'} : node);
	t.is(healthOf({...oneDead, nodes}).reasons[0]!.message, 'web2 is DEAD: no heartbeat for 4.2 s; what was known of it last: degraded: check db is down', 'why it is dead stands first');
});

test('of a node that an operator took out, what brings it back is a command for any node', t => {
	const rests = (index: number, state: 'DRAINING' | 'STOP'): Status => ({
		...healthy, ...(index === 0 && {state}), nodes: healthy.nodes.map((node, at) => at === index ? {...node, state, slots: 0} : node),
	});
	const nexts = (status: Status): string[] => healthOf(status).reasons.map(({next}) => next);
	t.deepEqual(nexts(rests(1, 'STOP')), ['farmctl node start web2']);
	t.deepEqual(nexts(rests(1, 'DRAINING')), ['farmctl node drain web2 --wait']);
	t.deepEqual(nexts(rests(0, 'STOP')), ['farmctl node start web1']);
	const peer = (problem: string): Status => ({...healthy, nodes: healthy.nodes.map((node, at) => at === 1 ? {...node, state: 'STOP', slots: 0, problem} : node)});
	t.deepEqual(nexts(peer('drained by an operator; start it: farmctl node start web2')), ['farmctl node start web2']);
	t.deepEqual(nexts(peer('service api exited; stopped after 3 automatic actions within 24h')), ['on web2: farmctl status; when it is mended: farmctl node start web2']);
});

test('a farm that operators have emptied says so, and how it serves again', t => {
	const empty: Status = {...healthy, state: 'STOP', coverage: {owned: 0, total: 2520, overlapping: 0}, nodes: healthy.nodes.map(node => ({...node, state: 'STOP', slots: 0}))};
	const {health, reasons} = healthOf(empty);
	t.is(health, 'down');
	t.like(reasons.find(({code}) => code === 'uncovered'), {message: 'no node serves any slot: operators have drained or stopped all of them', next: 'farmctl node start --all'});
});

test('where a check keeps a node from serving, the next command tries it; where an operator must start it, that too', t => {
	const nextOf = (status: Status): string => healthOf(status).reasons.find(({code}) => code === 'self')!.next;
	t.is(nextOf(checkDown), 'farmctl checkers run --once db');
	t.is(nextOf(heldStopped), 'farmctl checkers run --once db; when it is mended: farmctl node start web1');
	const {checks} = applied.application!;
	t.is(nextOf({...heldStopped, application: {...heldStopped.application!, checks}}), 'farmctl events; when it is mended: farmctl node start web1');
	t.is(nextOf({...heldStopped, application: {...applied.application!}}), 'farmctl node start web1');
	t.is(nextOf(keptDegraded), 'farmctl checkers run --once db');
	t.is(nextOf(serviceDead), 'farmctl events -f');
	t.deepEqual(healthOf(checkNoted).reasons.map(({message, next}) => [message, next]), [
		['check db on web1 is down for 12 s: timeout: no answer within 1 s', 'farmctl checkers run --once db'],
		['check queue on web1 is disabled by an operator', 'farmctl checkers enable queue'],
	]);
});
