import test from 'ava';
import type {Status} from '../../src/core/status/status.js';
import {actionOf, actionsOf, keyBindings} from '../../src/tui/keymap.js';
import {shareBar} from '../../src/tui/share-bar.js';
import {emptyModel, rateWindowMs, ratesOf, receive, type TopModel} from '../../src/tui/top-model.js';
import {booting, healthy} from '../core/status/samples.js';

const at = (uptimeMs: number, acceptedPackets: number, unknownPackets = 0): Status => ({
	...healthy, uptimeMs, filter: {backEnd: 'nft', counters: {...healthy.filter.counters!, acceptedPackets, unknownPackets}},
});

const after = (...statuses: readonly Status[]): TopModel => {
	let model = emptyModel;
	for (const [index, status] of statuses.entries()) {
		model = receive(model, status, index * 500);
	}

	return model;
};

test('no rate before two snapshots', t => {
	t.is(ratesOf(emptyModel), undefined);
	t.is(ratesOf(after(at(1000, 0))), undefined);
});

test('a rate counts by the daemon\'s clock', t => {
	t.deepEqual(ratesOf(after(at(1000, 100), at(1500, 200, 25))), {acceptedPerSecond: 200, filteredPerSecond: 50});
});

test('a rate forgets what is older than the window', t => {
	const burst = [at(0, 0), at(500, 10_000)];
	const calm = Array.from({length: 6}, (_, index) => at(1000 + (index * 500), 10_000));
	t.deepEqual(ratesOf(after(...burst, ...calm)), {acceptedPerSecond: 0, filteredPerSecond: 0});
	t.true(after(...burst, ...calm).samples.length <= (rateWindowMs / 500) + 2);
});

for (const [name, next] of Object.entries({'a restarted daemon': at(100, 5), 'a new filter': at(2000, 5), 'a filter that is gone': booting})) {
	test(`${name} starts the rates anew`, t => {
		t.is(ratesOf(after(at(1000, 100), at(1500, 200), next)), undefined);
	});
}

const keys: ReadonlyArray<readonly [string, object, string | undefined]> = [
	['q', {}, 'quit'], ['c', {ctrl: true}, 'quit'], ['q', {ctrl: true}, undefined], ['?', {}, 'help'], [' ', {}, 'pause'], ['', {upArrow: true}, 'up'], ['', {downArrow: true}, 'down'],
	['x', {}, undefined], ['', {}, undefined], ['', {escape: true}, undefined],
];

for (const [input, key, action] of keys) {
	test(`key ${JSON.stringify([input, key])} does ${action}`, t => {
		t.is(actionOf(input, key), action as ReturnType<typeof actionOf>);
	});
}

test('no key has two meanings', t => {
	const inputs = keyBindings.flatMap(binding => binding.inputs);
	t.is(new Set(inputs).size, inputs.length);
});

test('a bar is exact to an eighth, full at one, and shows even the smallest share', t => {
	t.is(shareBar(0, 4), '····');
	t.is(shareBar(0.0001, 4), '▏···');
	t.is(shareBar(0.5, 4), '██··');
	t.is(shareBar(0.53, 4), '██▏·');
	t.is(shareBar(1, 4), '████');
});

test('keys that come at once are pressed one after the other', t => {
	t.deepEqual(actionsOf('cjjx'), ['checks', 'down', 'down']);
	t.deepEqual(actionsOf('', {upArrow: true}), ['up']);
	t.deepEqual(actionsOf('x'), []);
});
