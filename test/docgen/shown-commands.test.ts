import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {loadVerbs} from '../../src/docgen/verbs.js';
import {parseText} from '../../src/edge/config/parse-text.js';
import {root} from '../tidy/sources.js';
import {
	farmctlWords,
	manualPages,
	readPage,
	shownInPage,
	shownInReadme,
} from './pages.js';

const verbs = await loadVerbs(root);
const topics = new Set(verbs.filter(({words}) => words.includes(' ')).map(({words}) => words.split(' ', 1)[0]!));

/** What is wrong with the words after `farmctl`, or nothing. */
function faultOf(words: readonly string[]): string | undefined {
	const verb = verbs.find(candidate => candidate.words === words.slice(0, 2).join(' ')) ?? verbs.find(candidate => candidate.words === words[0]);
	if (verb === undefined) {
		const isKnown = words[0] === undefined || words[0].startsWith('-') || words[0] === 'VERB' || words[0] === 'help' || (topics.has(words[0]) && words.length === 1);
		return isKnown ? undefined : 'no such verb';
	}

	const end = words.indexOf('--');
	const flags = words.slice(0, end === -1 ? undefined : end).filter(word => /^--?[a-z]/.test(word)).map(word => word.split('=', 1)[0]!);
	const known = new Set(['--help', ...verb.flags.flatMap(({name, char}) => [`--${name}`, `-${char}`])]);
	return flags.find(flag => !known.has(flag));
}

test('every command that README and the manual show exists, with its flags', t => {
	const lines = [
		...shownInReadme(readFileSync(path.join(root, 'README.md'), 'utf8')),
		...manualPages.flatMap(file => shownInPage(readPage(file))),
	];
	const shown = lines.flatMap(line => farmctlWords(line));
	t.true(shown.length > 40, 'the pages show commands');
	t.deepEqual(shown.flatMap(words => faultOf(words) === undefined ? [] : [`farmctl ${words.join(' ')}: ${faultOf(words)}`]), []);
});

test('every npm script that README shows exists', t => {
	const {scripts} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {scripts: Record<string, string>};
	const shown = [...readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(/\bnpm (?:run )?([a-z]+)/g)].map(match => match[1]!);
	t.deepEqual(shown.filter(name => !Object.hasOwn(scripts, name) && name !== 'ci'), []);
});

test('the check knows a wrong verb and a wrong flag', t => {
	t.is(faultOf(['serve']), 'no such verb');
	t.is(faultOf(['lab', 'break']), 'no such verb');
	t.is(faultOf(['status', '--yaml']), '--yaml');
	t.deepEqual(farmctlWords('farmctl rules show | head -1 && farmctl vip up # farmctl nonsense'), [['rules', 'show'], ['vip', 'up']]);
});

test('the configuration that README shows has no problem', t => {
	const [, text] = /^```yaml\n(.*?)^```$/msu.exec(readFileSync(path.join(root, 'README.md'), 'utf8'))!;
	const result = parseText(text!);
	t.deepEqual('problems' in result ? result.problems : [], []);
});

test('README keeps the place that npm run bench fills', t => {
	t.regex(readFileSync(path.join(root, 'README.md'), 'utf8'), /^## Numbers\n.*^<!-- bench:begin -->\n.*^<!-- bench:end -->$/msu);
});

test('the files that README links to are there', t => {
	const links = [...readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(/\]\((?!#|https?:)([^)]+)\)|(?<![\w/])((?:man|completions)\/[\w.]+)/gu)].map(match => (match[1] ?? match[2])!.replace(/\.$/u, ''));
	t.true(links.length > 3);
	t.deepEqual(links.filter(file => !existsSync(path.join(root, file))), []);
});
