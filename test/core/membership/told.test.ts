/** What a node tells of its peers' applications and of its own configuration: what changed, once. */

import test from 'ava';
import type {MembershipEffect} from '../../../src/core/membership/types.js';
import type {Heartbeat} from '../../../src/core/protocol/heartbeat.js';
import {configOf, createSingle, eventsOf, heartbeatOf} from './single.js';

const linesOf = (effects: readonly MembershipEffect[]): string[] =>
	effects.flatMap(effect => effect.kind === 'event' && effect.event.name.startsWith('node-') ? [`${effect.event.level} ${effect.event.name}: ${effect.event.message}`] : []);

/** What is told when the second node says so, one heartbeat after the other. */
function told(...said: ReadonlyArray<Pick<Heartbeat, 'state' | 'problem'>>): string[] {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	return said.flatMap((one, index) => {
		const effects = single.give({kind: 'heard', message: heartbeatOf(2, {sequence: index + 1, ...one}), network: 0});
		single.pass(20);
		return linesOf(effects);
	});
}

test('a start is told when it begins, and not each of its steps', t => {
	t.deepEqual(told(
		{state: 'STARTING', problem: 'service web starts'},
		{state: 'STARTING', problem: 'waiting for check page'},
		{state: 'UP', problem: ''},
	), ['info node-alive: n2 is heard', 'info node-starting: n2 starts its application']);
});

test('why a node left is told, also where the first that is heard of it is the start that follows', t => {
	const starting = {state: 'STARTING', problem: 'service web starts; restart 1 of 3: service web has died'} as const;
	t.deepEqual(told({state: 'UP', problem: ''}, {state: 'STOPPING', problem: 'service web has died'}, starting).slice(1), [
		'warning node-problem: n2: service web has died', 'info node-starting: n2 starts its application',
	]);
	t.deepEqual(told({state: 'UP', problem: ''}, starting).slice(1), [
		'warning node-problem: n2: service web starts; restart 1 of 3: service web has died',
	]);
});

test('a stopped node that is started does not tell its stop again', t => {
	t.deepEqual(told(
		{state: 'UP', problem: ''},
		{state: 'STOP', problem: 'drained by an operator; start it: farmctl node start n2'},
		{state: 'STOP', problem: 'stopped by an operator; start it: farmctl node start'},
		{state: 'STARTING', problem: 'service web starts'},
	).slice(1), ['info node-problem: n2: drained by an operator; start it: farmctl node start n2', 'info node-starting: n2 starts its application']);
});

test('a configuration is told when something of it is another', t => {
	const single = createSingle(configOf(2));
	single.give({kind: 'start'});
	single.pass(100);
	t.deepEqual(eventsOf(single.give({kind: 'configure', config: configOf(2), alsoAccepts: ['00000000000000bb']})), []);
	t.deepEqual(eventsOf(single.give({kind: 'configure', config: configOf(2, {retainMs: 700})})), ['configured']);
});
