/** Every file in `scenarios/`: what happens is what the file says. With FARMCTL_REWRITE=1 in the environment the files are rewritten; their diff is the review. */

import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {root} from '../tidy/sources.js';
import {
	excesses,
	renderText,
	runText,
	splitText,
} from './scenario-text.js';

const folder = path.join(root, 'test/simulation/scenarios');
const isRewriting = process.env.FARMCTL_REWRITE === '1';

const files = readdirSync(folder).filter(name => name.endsWith('.txt'));

for (const file of files) {
	test(file.replace(/\.txt$/, '').replaceAll('-', ' '), async t => {
		const where = path.join(folder, file);
		const {head} = splitText(readFileSync(where, 'utf8'));
		const outcome = await runText(head);
		const actual = renderText(outcome);
		if (isRewriting) {
			writeFileSync(where, head + actual);
		}

		t.deepEqual(excesses(head, outcome), []);
		t.is(actual, splitText(readFileSync(where, 'utf8')).expected, 'if this is meant: FARMCTL_REWRITE=1 npx ava dist/test/simulation/scenario-texts.test.js, and read the diff');
	});
}
