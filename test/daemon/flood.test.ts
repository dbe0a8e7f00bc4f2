import test from 'ava';
import type {FarmEvent} from '../../src/core/model/event.js';
import {monoMs} from '../../src/core/model/time.js';
import {createFlood, eventsPerWindowMax, floodWindowMs} from '../../src/daemon/flood.js';

const problem = (node: string): FarmEvent => ({
	level: 'warning', name: 'node-problem', message: `${node}: hm`, fields: {node},
});

test('the same about one node passes so often in a while, others meanwhile; then how many did not is told', t => {
	let now = 0;
	const flood = createFlood({now: () => monoMs(now)});
	const admitted = (event: FarmEvent): string[] => flood.admit(event).map(({name}) => name);
	const passed = Array.from({length: eventsPerWindowMax + 50}, () => admitted(problem('web2'))).flat();
	t.is(passed.length, eventsPerWindowMax);
	t.deepEqual(admitted(problem('web3')), ['node-problem']);
	t.deepEqual(admitted({level: 'error', name: 'node-dead', message: 'web2 is dead', fields: {node: 'web2'}}), ['node-dead']);
	now = floodWindowMs;
	const [left, event] = flood.admit(problem('web2'));
	t.like(left, {name: 'events-left-out', fields: {of: 'node-problem', count: 50, node: 'web2'}});
	t.is(event!.name, 'node-problem');
	now = 3 * floodWindowMs;
	t.deepEqual(admitted(problem('web2')), ['node-problem'], 'quiet again');
});
