import {appendFileSync, statSync, truncateSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {createOutputFile, outputBytesMax} from '../../../src/edge/services/output-file.js';
import {eventually, newFolder} from './support.js';

test('what is appended is told as it comes, and the file does not grow without end', async t => {
	const file = path.join(newFolder(), 'made', 'app.log');
	const lines: string[] = [];
	const output = createOutputFile(file, line => {
		lines.push(line);
	}, {intervalMs: 5});
	t.is(output.clear(), '');
	appendFileSync(file, 'one\ntw');
	output.follow({isOld: false});
	t.true(await eventually(() => lines.length === 1));
	appendFileSync(file, 'o\n');
	t.true(await eventually(() => lines.length === 2));
	t.deepEqual(lines, ['one', 'two']);
	appendFileSync(file, `${'x'.repeat(100)}\n`.repeat(Math.ceil(3 * outputBytesMax / 100)));
	t.true(await eventually(() => statSync(file).size === 0));
	appendFileSync(file, 'after\n');
	t.true(await eventually(() => lines.at(-1) === 'after'));
	truncateSync(file);
	appendFileSync(file, 'b\n');
	t.true(await eventually(() => lines.at(-1) === 'b'));
	output.close();
});

test('of a service that was taken over what it said before is not told', async t => {
	const file = path.join(newFolder(), 'app.log');
	const lines: string[] = [];
	const output = createOutputFile(file, line => {
		lines.push(line);
	}, {intervalMs: 5});
	appendFileSync(file, 'old\n');
	output.follow({isOld: true});
	appendFileSync(file, 'new\n');
	t.true(await eventually(() => lines.length > 0));
	output.close();
	t.deepEqual(lines, ['new']);
});

test('where it cannot be written it says so', t => {
	t.regex(createOutputFile('/dev/null/app.log', () => undefined).clear(), /^cannot write '\/dev\/null\/app\.log': /u);
});
