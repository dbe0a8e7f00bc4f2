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
		|| (file.startsWith('test/kernel/') ? /\.skip\((?!.*(?:reason|needs ))/i : /^\s*test(?:\.serial)?\.skip\(/m).test(text)).map(({file}) => file);
	t.deepEqual(offences, []);
});

test('the scripts that set everything up are there', t => {
	t.deepEqual(['.ci/run', 'bin/farmctl', 'src/setup/prepare.sh'].filter(file => !existsSync(path.join(root, file))), []);
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
	const foreign = [String.raw`\(e-m`, '-/w-ork/', '-/h-ome/'].map(text => text.replaceAll('-', '')).concat('\u{2014}');
	const offences = [...pages, ...sources('src', 'commands', 'test')].filter(({text}) => foreign.some(word => text.includes(word))).map(({file}) => file);
	t.deepEqual(offences, []);
});
