import test from 'ava';
import {median, quantile, takeTurns} from '../bench/measure.js';
import {markersOf, withNumbers} from '../bench/readme.js';
import {brokenPromises, renderTable, type Row} from '../bench/result.js';

const markers = markersOf();

test('a quantile is one of the values, by nearest rank', t => {
	const values = [30, 10, 20, 40];
	t.is(median(values), 20);
	t.is(quantile(values, 0.99), 40);
	t.is(quantile(values, 0), 10);
	t.is(quantile(Array.from({length: 200}, (_, index) => index + 1), 0.99), 198);
	t.throws(() => median([]), {instanceOf: RangeError});
});

test('sides take turns, and warming up does not count', async t => {
	const order: string[] = [];
	const times = await takeTurns({
		a() {
			order.push('a');
		},
		async b() {
			order.push('b');
		},
	}, {rounds: 2, warmUps: 1});
	t.deepEqual(order, ['a', 'b', 'a', 'b', 'a', 'b']);
	t.is(times.a.length, 2);
	t.is(times.b.length, 2);
});

test('numbers stand between the markers, once, and nothing else changes', t => {
	const document = `before\n${markers.begin}\nold\n${markers.end}\nafter\n`;
	const once = withNumbers(document, 'new', markers);
	t.is(once, `before\n${markers.begin}\nnew\n${markers.end}\nafter\n`);
	t.is(withNumbers(once!, 'new', markers), once);
});

test('a part that is run by its name has a place of its own', t => {
	const own = markersOf('daemon');
	const document = `${markers.begin}\nquick\n${markers.end}\n${own.begin}\n${own.end}\n`;
	t.is(withNumbers(document, 'slow', own), `${markers.begin}\nquick\n${markers.end}\n${own.begin}\nslow\n${own.end}\n`);
});

test('without markers in order there is no place for numbers', t => {
	t.is(withNumbers('nothing', 'new', markers), undefined);
	t.is(withNumbers(`${markers.begin} only`, 'new', markers), undefined);
	t.is(withNumbers(`${markers.end}\n${markers.begin}`, 'new', markers), undefined);
});

const rows: readonly Row[] = [
	{
		what: 'fast', measured: '1 ms', against: 'slow: 50 ms', ratio: 0.02, promise: {text: '< 10 ms', isKept: true},
	},
	{
		what: 'late', measured: '20 ms', ratio: 2, promise: {text: '< 10 ms', isKept: false},
	},
	{what: 'told', measured: '3 ms'},
];

test('a broken promise is found and shown', t => {
	t.deepEqual(brokenPromises(rows).map(({what}) => what), ['late']);
	t.is(renderTable(rows), [
		'| What | Measured | Compared with | Ratio | Promise |',
		'|---|---|---|---|---|',
		'| fast | 1 ms | slow: 50 ms | 1/50 | < 10 ms: kept |',
		'| late | 20 ms |  | 2.0× | < 10 ms: **broken** |',
		'| told | 3 ms |  |  |  |',
	].join('\n'));
});
