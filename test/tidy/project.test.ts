import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {root, sources} from './sources.js';

test('the top level holds exactly what belongs there', t => {
	const ignored = new Set(['node_modules', 'dist', 'oclif.manifest.json', 'coverage']);
	const found = readdirSync(root).filter(name => !name.startsWith('.') && !ignored.has(name));
	t.deepEqual(found.toSorted(), [
		'CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'commands', 'completions', 'man', 'package-lock.json', 'package.json', 'src', 'test', 'tsconfig.json',
	]);
});

test('sources stay small and finished', t => {
	const offences = sources('src', 'commands').flatMap(({file, text}) => [
		...(text.split('\n').length > 300 ? [`${file} has more than 300 lines`] : []),
		...(/\b(?:TODO|FIXME|XXX|HACK)\b/.test(text) ? [`${file} is not finished`] : []),
	]);
	t.deepEqual(offences, []);
});

test('every test runs; only the kernel\'s may be skipped, and say why', t => {
	const offences = sources('test').filter(({file, text}) => /^\s*test(?:\.serial)?\.(?:todo|only|failing)\(/m.test(text)
		|| (file.startsWith('test/kernel/') ? /\.skip\((?!.*reason)/i : /^\s*test(?:\.serial)?\.skip\(/m).test(text)).map(({file}) => file);
	t.deepEqual(offences, []);
});

test('the scripts that set everything up are there', t => {
	for (const file of ['.ci/run', 'bin/farmctl', 'src/setup/prepare.sh']) {
		t.true(existsSync(path.join(root, file)), file);
	}
});

test('names say what a thing is', t => {
	const offences = sources('src', 'commands').map(({file}) => file).filter(file => /utils?\b|helpers?\b|manager|handle|(?:^|\/)index\./.test(file));
	t.deepEqual(offences, []);
});

test('only verbs are default exports', t => {
	const offences = sources('src').filter(({text}) => /^export default /m.test(text)).map(({file}) => file);
	t.deepEqual(offences, []);
	for (const {file, text} of sources('commands')) {
		t.regex(text, /^export default class \w+ extends /m, file);
	}
});

test('no sentence has an em dash, and none names a machine of ours', t => {
	const pages = ['README.md', 'CHANGELOG.md', ...['farmctl.7', 'farmctl.8', 'farmctl.conf.5'].map(name => `man/${name}`)]
		.map(file => ({file, text: readFileSync(path.join(root, file), 'utf8')}));
	// In parts, so that this file does not match itself.
	const foreign = new RegExp([String.raw`\u2014`, String.raw`\\\(e` + 'm', '/wo' + 'rk/', '/ho' + 'me/'].join('|'), 'u'); // eslint-disable-line no-useless-concat -- see above
	const offences = [...pages, ...sources('src', 'commands', 'test')].filter(({text}) => foreign.test(text)).map(({file}) => file);
	t.deepEqual(offences, []);
});
