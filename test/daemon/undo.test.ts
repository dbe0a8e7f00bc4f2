import test from 'ava';
import {createUndo} from '../../src/daemon/undo.js';

test('one that leaves for the next to come undoes what is its own alone', async t => {
	const undone: string[] = [];
	const undo = createUndo();
	undo.push('socket', () => {
		undone.push('socket');
	});
	undo.push('filter', () => {
		undone.push('filter');
	}, {stays: true});
	await undo.run(t.fail, {isLeaving: true});
	t.deepEqual(undone, ['socket']);
});

test('what was done is undone newest first, once, and a failure does not stop the rest', async t => {
	const undone: string[] = [];
	const failed: string[] = [];
	const undo = createUndo();
	undo.push('first', () => {
		undone.push('first');
	});
	undo.push('second', () => {
		throw new Error('stuck');
	});
	undo.push('third', async () => {
		undone.push('third');
	});
	const tell = (what: string): void => {
		failed.push(what);
	};

	await undo.run(tell);
	await undo.run(tell);
	t.deepEqual(undone, ['third', 'first']);
	t.deepEqual(failed, ['second']);
});
