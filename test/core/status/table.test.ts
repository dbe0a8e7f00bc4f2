import test from 'ava';
import {fitColumns, type Column} from '../../../src/core/status/table.js';

const columns: readonly Column[] = [
	{title: 'node', cells: ['web1', '日本']},
	{title: 'slots', align: 'right', cells: ['840', '7'], dropOrder: 2},
	{title: 'version', cells: ['0.1.0', '0.1.0'], dropOrder: 1},
	{title: 'problem', cells: ['', 'its rules differ from ours'], dropOrder: 3},
];

const draw = (width: number | undefined): string[] => {
	const fitted = fitColumns(columns, width);
	return [0, 1].map(index => fitted.map(({cells}) => cells[index]).join('|'));
};

test('without an end every column stays and only the last one is not padded', t => {
	t.deepEqual(draw(undefined), ['web1|  840|0.1.0  |', '日本|    7|0.1.0  |its rules differ from ours']);
});

test('the last column is cut first', t => {
	t.deepEqual(draw(32), ['web1|  840|0.1.0  |', '日本|    7|0.1.0  |its rules…']);
});

test('then columns go in their order', t => {
	t.deepEqual(draw(25), ['web1|  840|', '日本|    7|its rules d…']);
	t.deepEqual(draw(16), ['web1|', '日本|its rules…']);
	t.deepEqual(draw(9), ['web1', '日本']);
});

test('an optional column with nothing in it is not drawn', t => {
	t.deepEqual(fitColumns([{title: 'node', cells: ['a']}, {title: 'problem', cells: [''], dropOrder: 1}], 80).map(({title}) => title), ['node']);
});
