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

test('every verb that README and the manual name exists', t => {
	const verbs = new Set(sources('commands').map(({file}) => file.replace(/^commands\//, '').replace(/\.ts$/, '')));
	const words = new Set([...verbs].flatMap(verb => [verb.split('/')[0]!, verb]));
	for (const file of ['README.md', 'man/farmctl.8', 'man/farmctl.conf.5', 'man/farmctl.7']) {
		const text = readFileSync(path.join(root, file), 'utf8');
		const named = [...text.matchAll(/\bfarmctl ([a-z]+)(?: ([a-z-]+))?/g)];
		const unknown = named.filter(([, first, second]) => !words.has(first!) || (second !== undefined && !verbs.has(first!) && !verbs.has(`${first}/${second}`)));
		t.deepEqual(unknown.map(([all]) => all), [], file);
	}
});

test('sources stay small and finished', t => {
	const offences = sources('src', 'commands').flatMap(({file, text}) => [
		...(text.split('\n').length > 300 ? [`${file} has more than 300 lines`] : []),
		...(/\b(?:TODO|FIXME|XXX|HACK)\b/.test(text) ? [`${file} is not finished`] : []),
	]);
	t.deepEqual(offences, []);
});

test('every test runs', t => {
	const offences = sources('test').filter(({text}) => /^\s*test(?:\.serial)?\.(?:skip|todo|only|failing)\(/m.test(text)).map(({file}) => file);
	t.deepEqual(offences, []);
});

test('the scripts that set everything up are there', t => {
	for (const file of ['.ci/run', 'bin/farmctl', 'src/setup/prepare.sh']) {
		t.true(existsSync(path.join(root, file)), file);
	}
});
