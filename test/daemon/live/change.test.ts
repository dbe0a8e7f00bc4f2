import test from 'ava';
import type {FarmEvent} from '../../../src/core/model/event.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {createChange, stagedMsMax, type ChangeParts} from '../../../src/daemon/live/change.js';
import {DaemonFailure} from '../../../src/errors.js';
import {farmWith, ruleFor, vip4, vips} from '../../kernel/support/machine.js';

const before = farmWith({vips: [vip4], rules: [ruleFor(vips[4], 'tcp', [80], 'client')]});
const after: Farm = {...before, rules: [ruleFor(vips[4], 'tcp', [80, 81], 'client')]};
const order = {id: 'one', text: 'new text', who: 'root on web2'};
const confirmMs = 60_000;

/** A node whose configuration changes in memory, and a clock that the test moves. */
function node(over: Partial<ChangeParts> = {}) {
	let current = before;
	const kept: string[] = [];
	const accepted: number[] = [];
	const events: FarmEvent[] = [];
	const timers = new Set<{readonly ms: number; readonly work: () => void}>();
	const change = createChange({
		self: {id: 1, name: 'node1'},
		live: {
			configured: () => current,
			accept(others) {
				accepted.push(others.length);
			},
			async goTo(next) {
				current = next;
			},
		},
		parse: async () => after,
		async check() {},
		async useKeys() {},
		async keep(text) {
			kept.push(text);
		},
		record(event) {
			events.push(event);
		},
		later(ms, work) {
			const timer = {ms, work};
			timers.add(timer);
			return () => {
				timers.delete(timer);
			};
		},
		...over,
	});
	return {
		change, kept, accepted, events,
		current: () => current,
		async pass(ms: number): Promise<void> {
			const due = [...timers].filter(one => one.ms <= ms);
			for (const timer of due) {
				timers.delete(timer);
				timer.work();
			}

			await new Promise(resolve => {
				setImmediate(resolve);
			});
		},
	};
}

test('staged, made and kept', async t => {
	const {change, kept, accepted, current} = node();
	t.like(await change.stage(order), {node: 'node1', isSame: false});
	t.is(current(), before);
	t.deepEqual(accepted, [2]);
	t.deepEqual(await change.make('one', undefined), []);
	t.is(current(), after);
	t.deepEqual(kept, ['new text']);
	change.finish('one');
	t.deepEqual(accepted, [2, 0]);
});

test('what was not staged, or staged too long ago, is not made', async t => {
	const {change, current, pass} = node();
	await t.throwsAsync(change.make('one', undefined), {instanceOf: DaemonFailure, message: /knows nothing of this change/});
	await change.stage(order);
	await pass(stagedMsMax);
	await t.throwsAsync(change.make('one', undefined), {instanceOf: DaemonFailure});
	t.is(current(), before);
});

test('what needs a restart, and what this machine cannot have, is refused when it is staged', async t => {
	const other = node({parse: async () => ({...after, seed: 1})});
	await t.throwsAsync(other.change.stage(order), {message: /the seed cannot change/});
	const unable = node({
		async check() {
			throw new DaemonFailure('eth7 is down');
		},
	});
	await t.throwsAsync(unable.change.stage(order), {message: 'eth7 is down'});
	t.deepEqual(unable.accepted, []);
});

test('unconfirmed it goes back by itself and keeps nothing; confirmed it stays', async t => {
	const {change, kept, current, pass, events} = node();
	await change.stage(order);
	await change.make('one', confirmMs);
	t.is(change.unconfirmed(), 'one');
	t.is(current(), after);
	await t.throwsAsync(change.stage({...order, id: 'two'}), {message: /another change, by root on web2, is under way/});
	await pass(confirmMs);
	t.is(current(), before);
	t.is(change.unconfirmed(), undefined);
	t.deepEqual(kept, []);
	t.true(events.some(({name}) => name === 'change-unconfirmed'));

	await change.stage({...order, id: 'two'});
	await change.make('two', confirmMs);
	t.deepEqual(await change.confirm('two'), []);
	await pass(confirmMs);
	t.is(current(), after);
	t.deepEqual(kept, ['new text']);
	await t.throwsAsync(change.confirm('two'), {instanceOf: DaemonFailure});
});

test('told to go back it does, whether it has followed or not; another change is none of its business', async t => {
	const {change, accepted, current} = node();
	await change.stage(order);
	await change.back('other');
	await change.back('one');
	t.deepEqual(accepted, [2, 0]);
	await change.stage({...order, id: 'two'});
	await change.make('two', confirmMs);
	await change.back('two');
	t.is(current(), before);
});

test('a file that cannot be written is a warning: the node follows', async t => {
	const {change, current} = node({
		async keep() {
			throw new Error('disk full');
		},
	});
	await change.stage(order);
	t.deepEqual(await change.make('one', undefined), ['node1 follows the new configuration and will not after a restart: disk full']);
	t.is(current(), after);
});
