import test from 'ava';
import {nodeRow} from '../../../src/core/status/node-row.js';
import type {StatusNode} from '../../../src/core/status/status.js';
import {healthy} from './samples.js';

const problemWith = (change: Partial<StatusNode>): string => nodeRow({...healthy.nodes[1]!, ...change}, healthy).problem;

test('a node that is well has nothing to say', t => {
	t.is(problemWith({}), '');
	t.is(problemWith({latenessMs: 25}), '');
});

test('timers that run late are noted, beside what else there is', t => {
	t.is(problemWith({latenessMs: 26}), 'its timers ran 26 ms late');
	t.is(problemWith({latenessMs: 40, retainedSlots: 7, retainedConnections: 1}), 'retains 1 connection in 7 slots; its timers ran 40 ms late');
	t.is(problemWith({latenessMs: 40, problem: 'the kernel refuses changes of the filter'}), 'the kernel refuses changes of the filter');
});

test('of a node that drains what is left is told, of one that rests why', t => {
	const problem = 'drained by an operator; start it: farmctl node start web2';
	t.is(problemWith({state: 'DRAINING', problem, retainedSlots: 7, retainedConnections: 3}), 'retains 3 connections in 7 slots');
	t.is(problemWith({state: 'DRAINING', problem}), 'hands its slots over');
	t.is(problemWith({state: 'STOP', problem}), problem);
});
