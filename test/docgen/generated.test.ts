import {readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {keyRows, variantRows} from '../../src/core/config/key-rows.js';
import {hookVariables} from '../../src/core/hooks/environment.js';
import {messagesPerHourMax, noticesListedMax, notifyRetryMaxMs, notifyRetryMs} from '../../src/core/notify/notices.js';
import {withKeySection} from '../../src/docgen/man-keys.js';
import {manText} from '../../src/docgen/man-text.js';
import {generateFiles} from '../../src/docgen/pages.js';
import {root} from '../tidy/sources.js';

test('the committed pages are what verbs and keys generate; after a change on purpose run: npm run docs', async t => {
	// The command tree has a test of its own, which says more.
	const files = (await generateFiles(root)).filter(({file}) => !file.endsWith('command-tree.txt'));
	t.is(files.length, 3);
	for (const {file, text} of files) {
		t.is(readFileSync(path.join(root, file), 'utf8'), text, `${file} is not what it is generated from; if that is right, run: npm run docs`);
	}
});

test('the key section has every key with its limits, its default and its sentence', t => {
	const page = withKeySection(readFileSync(path.join(root, 'man/farmctl.conf.5'), 'utf8'), keyRows(), variantRows());
	for (const {path: key, limits, default: value, doc, type} of keyRows()) {
		const entry = page.split('\n.TP\n').find(text => text.startsWith(`.B ${manText(key)}\n`));
		t.not(entry, undefined, key);
		for (const part of [doc, limits, ...(type === 'keys' ? [] : [value])]) {
			t.true(entry!.includes(manText(part)), `${key}: ${part}`);
		}
	}
});

test('text cannot become a request of the formatter', t => {
	t.is(manText(String.raw`.it's a \ - ~`), String.raw`\&.it\(aqs a \e \- \(ti`);
	t.throws(() => withKeySection('a page without marks', [], []));
	t.throws(() => withKeySection('.\\" keys: begin (generated from the description of the keys: npm run docs)\n', [], []));
});

test('farmctl.conf.5 has every variable of hooks, and the limits of messages', t => {
	const page = readFileSync(path.join(root, 'man/farmctl.conf.5'), 'utf8');
	for (const [name, doc] of Object.entries(hookVariables)) {
		t.true(page.includes(`.B ${name}\n${manText(doc)}\n`), name);
	}

	t.true(page.includes(`at most ${messagesPerHourMax} messages an hour`));
	t.true(page.includes(`A message lists ${noticesListedMax} events`));
	t.true(page.includes(`after ${notifyRetryMs / 1000} seconds first and every ${notifyRetryMaxMs / 60_000} minutes in the end`));
});
