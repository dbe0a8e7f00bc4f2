import {execFileSync, spawnSync} from 'node:child_process';
import path from 'node:path';
import test from 'ava';
import {services} from '../../src/core/config/application-keys.js';
import {checks} from '../../src/core/config/check-keys.js';
import {deriveTiming, safeLeaseMaxMs, timingProblems} from '../../src/core/config/timing.js';
import {renderDuration} from '../../src/core/config/duration.js';
import {phaseMs} from '../../src/core/lab/phases.js';
import {loadVerbs} from '../../src/docgen/verbs.js';
import {parseText} from '../../src/edge/config/parse-text.js';
import {exitCodes} from '../../src/errors.js';
import {root} from '../tidy/sources.js';
import {
	checkExamples,
	flagsIn,
	manualPages,
	minimalFarm,
	plain,
	readPage,
	sectionsOf,
	tagsOf,
} from './pages.js';

const verbs = await loadVerbs(root);
const commands = readPage('man/farmctl.8');
const verbSections = sectionsOf(commands, 'SS');
const sections = sectionsOf(commands, 'SH');
const common = new Set(tagsOf(sections.get('OPTIONS')!).flatMap(({tag}) => flagsIn(tag)));

for (const file of manualPages) {
	test(`groff has nothing to say about ${file}`, t => {
		const {stderr, stdout, status, error} = spawnSync('groff', ['-man', '-ww', '-z', path.join(root, file)], {encoding: 'utf8'});
		t.is(error, undefined, 'groff is installed by src/setup/prepare.sh');
		t.is(stderr + stdout, '');
		t.is(status, 0);
	});
}

test('farmctl.8 has a section for every verb, and for nothing else', t => {
	t.deepEqual([...verbSections.keys()].filter(heading => heading.startsWith('farmctl ')).toSorted(), verbs.map(({words}) => `farmctl ${words}`).toSorted());
});

for (const verb of verbs) {
	test(`farmctl.8 tells every flag of ${verb.words}, its values and its default`, t => {
		const section = verbSections.get(`farmctl ${verb.words}`) ?? '';
		const tags = tagsOf(section).filter(({tag}) => tag.startsWith('-'));
		const own = verb.flags.filter(({name}) => !common.has(name));
		t.deepEqual(tags.flatMap(({tag}) => flagsIn(tag)).toSorted(), own.map(({name}) => name).toSorted());
		for (const {name, char, options = [], default: value} of own) {
			const {tag, text} = tags.find(entry => flagsIn(entry.tag).includes(name))!;
			t.true(char === undefined || tag.startsWith(`-${char},`) || tag.startsWith(`-${char} ,`), `-${char}: ${tag}`);
			t.deepEqual(options.filter(option => !tag.includes(option)), [], `${name}: ${tag}`);
			t.true(value === undefined || text.includes(value), `the default of --${name} is ${value}`);
		}

		for (const {name, options = []} of verb.arguments) {
			t.true(section.split('.PP', 1)[0]!.includes(name), `the argument ${name}`);
			t.deepEqual(options.filter(option => tagsOf(section).every(({tag}) => tag !== option)), []);
		}
	});
}

test('the flags that farmctl.8 tells once are those of all farm verbs and all lab verbs', t => {
	const shared = new Map(verbs.flatMap(({flags}) => flags).map(flag => [flag.name, flag]));
	const told = tagsOf(sections.get('OPTIONS')!).map(({tag, text}) => ({name: flagsIn(tag)[0]!, text})).filter(({name}) => name !== 'help' && name !== 'version');
	for (const {name, text} of told) {
		t.true(shared.has(name), name);
		t.true(text.includes(shared.get(name)!.default ?? ''), `the default of --${name}`);
	}

	for (const {words, flags} of verbs) {
		const names = new Set(flags.map(({name}) => name));
		const expected = words.startsWith('lab ') ? ['name'] : ['config', 'node', 'run-dir'];
		t.deepEqual([...common].filter(name => names.has(name)).toSorted(), expected, words);
	}
});

test('the manual names no flag that does not exist', t => {
	const known = new Set(['help', 'version', ...verbs.flatMap(({flags}) => flags.map(({name}) => name))]);
	for (const file of manualPages) {
		t.deepEqual(flagsIn(plain(readPage(file))).filter(name => !known.has(name)), [], file);
	}
});

test('farmctl.8 tells every exit status and every environment variable of a flag', t => {
	const statuses = tagsOf(sections.get('EXIT STATUS')!).map(({tag}) => Number(tag));
	t.deepEqual(statuses, Object.values(exitCodes));
	const named = new Set(tagsOf(sections.get('ENVIRONMENT')!).flatMap(({tag}) => tag.split(/[ ,]+/)));
	t.deepEqual(verbs.flatMap(({flags}) => flags).flatMap(({env}) => env ?? []).filter(name => !named.has(name)), []);
});

test('farmctl.8 tells how long the demo takes', t => {
	const seconds = Math.round(Object.values(phaseMs).reduce((sum, ms) => sum + ms, 0) / 1000);
	t.true(verbSections.get('farmctl lab demo')!.includes(`default and least ${seconds}.`));
});

const configPage = readPage('man/farmctl.conf.5');

test('the example of farmctl.conf.5 is a configuration without a problem', t => {
	const [, text] = /^\.EX\n(farm: .*?)^\.EE$/ms.exec(plain(configPage))!;
	const result = parseText(text!);
	t.deepEqual('problems' in result ? result.problems : [], []);
});

test('farmctl.conf.5 has an example of every type of check, and the farm takes them together', t => {
	const examples = checkExamples();
	t.deepEqual([...examples.keys()], Object.keys(checks.variants));
	const result = parseText(minimalFarm(`checks:\n${[...examples.values()].join('')}`));
	t.deepEqual('problems' in result ? result.problems : result.farm.application.checks.map(({probe}) => probe.type), [...examples.keys()]);
	const lines = [...examples.values()].join('').split('\n');
	t.deepEqual(lines.filter(line => line.length > 78), [], 'a terminal is as wide as that');
});

test('farmctl.conf.5 has an example of every kind of service', t => {
	const examples = checkExamples('Services with ');
	t.deepEqual([...examples.keys()], Object.keys(services.variants));
	const result = parseText(minimalFarm(`services:\n${[...examples.values()].join('')}`));
	t.deepEqual('problems' in result ? result.problems : result.farm.application.services.map(({run}) => run.kind), ['unit', 'command', 'scripts']);
});

test('the application in farmctl.conf.5 is one without a problem', t => {
	const [, text] = /^\.EX\n(services:\n.*?)^\.EE$/ms.exec(plain(configPage))!;
	const result = parseText(minimalFarm(text!));
	t.is('problems' in result ? result.problems : result.farm.application.checks.length, 5);
});

test('the table of timings in farmctl.conf.5 is what the farm derives', t => {
	const [, table] = /^\.EX\n(detection .*?)^\.EE$/ms.exec(plain(configPage))!;
	const rows = new Map(table!.trim().split('\n').map(line => line.split(/\s+/)).map(([key, ...values]) => [key!, values]));
	const timings = [30, 100, 300, 1000].map(detection => deriveTiming({detection}));
	t.deepEqual(rows.get('detection'), timings.map(({detectionMs}) => renderDuration(detectionMs)));
	t.deepEqual(rows.get('interval'), timings.map(({intervalMs}) => renderDuration(intervalMs)));
	t.deepEqual(rows.get('lease'), timings.map(({leaseMs}) => renderDuration(leaseMs)));
	t.deepEqual(rows.get('silence'), timings.map(({silenceMs}) => renderDuration(silenceMs)));
});

test('the limits that farmctl.conf.5 tells in numbers are the limits', t => {
	const told = (pattern: RegExp): number => Number(pattern.exec(configPage.replaceAll('\n', ' '))![1]);
	const lease = told(/With D = 300 ms, L is at most (\d+) ms/);
	t.is(lease, safeLeaseMaxMs(300));
	const silence = told(/With H = 50 ms, S is at least (\d+) ms/);
	t.deepEqual(timingProblems(deriveTiming({detection: 300, silence})), []);
	t.deepEqual(timingProblems(deriveTiming({detection: 300, silence: silence - 1})).map(({key}) => key), ['silence']);
});

test('man finds its way: every page names the others', t => {
	const names = {'man/farmctl.7': 'farmctl(7)', 'man/farmctl.8': 'farmctl(8)', 'man/farmctl.conf.5': 'farmctl.conf(5)'} as const;
	for (const file of manualPages) {
		const text = execFileSync('groff', ['-man', '-Tascii', '-P-cbou', path.join(root, file)], {encoding: 'utf8'});
		const seen = text.slice(text.lastIndexOf('SEE ALSO'));
		t.deepEqual(manualPages.filter(other => other !== file && !seen.includes(names[other])), [], file);
	}
});
