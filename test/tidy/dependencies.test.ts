import test from 'ava';
import {sources, type Source} from './sources.js';

/** A layer may import itself and what stands here. `errors` and `model-free` files at src/ root are open to all above the core. */
const allowed: Readonly<Record<string, readonly string[]>> = {
	core: [],
	edge: ['core', 'errors'],
	tui: ['core', 'errors'],
	daemon: ['core', 'edge', 'errors'],
	docgen: ['core', 'cli', 'edge', 'errors'],
	cli: ['core', 'daemon', 'tui', 'docgen', 'edge', 'errors'],
	commands: ['cli', 'daemon', 'tui', 'docgen', 'edge', 'core', 'errors'],
	errors: [],
};

const layerOf = (file: string): string => {
	if (file.startsWith('commands/')) {
		return 'commands';
	}

	return file === 'src/errors.ts' ? 'errors' : file.split('/', 2)[1]!;
};

const all = sources('src', 'commands');

test('every import points down the layers', t => {
	const offences = all.flatMap(({file, imports}) => imports
		.filter(name => name.startsWith('src/') || name.startsWith('commands/'))
		.filter(name => layerOf(name) !== layerOf(file) && !allowed[layerOf(file)]?.includes(layerOf(name)))
		.map(name => `${file} imports ${name}`));
	t.deepEqual(offences, []);
});

test('the core imports only the core', t => {
	const offences = all.filter(({file}) => file.startsWith('src/core/'))
		.flatMap(({file, imports}) => imports.filter(name => !name.startsWith('src/core/')).map(name => `${file} imports ${name}`));
	t.deepEqual(offences, []);
});

test('the core calls nothing that depends on time, chance or the process', t => {
	const banned = /\bDate\b|\bperformance\b|Math\.random|\bset(?:Timeout|Interval|Immediate)\b|\bprocess\.|\bconsole\b|\basync\b|\bBuffer\b|\bstructuredClone\b/;
	const offences = all.filter(({file}) => file.startsWith('src/core/'))
		.filter(({text}) => banned.test(withoutComments(text)))
		.map(({file, text}) => `${file}: ${banned.exec(withoutComments(text))![0]}`);
	t.deepEqual(offences, []);
});

test('no import goes in a circle', t => {
	const byFile = new Map(all.map(source => [source.file, source]));
	const finished = new Set<string>();
	const circles: string[] = [];
	const visit = (file: string, path: readonly string[]): void => {
		if (path.includes(file)) {
			circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
			return;
		}

		if (finished.has(file)) {
			return;
		}

		for (const name of valueImports(byFile.get(file))) {
			visit(name, [...path, file]);
		}

		finished.add(file);
	};

	for (const {file} of all) {
		visit(file, []);
	}

	t.deepEqual(circles, []);
});

test('only the main file of a program ends the process', t => {
	const offences = all.filter(({file, text}) => !file.endsWith('/main.ts') && withoutComments(text).includes('process.exit(')).map(({file}) => file);
	t.deepEqual(offences, []);
});

const withoutComments = (text: string): string => text.replaceAll(/\/\*.*?\*\/|\/\/[^\n]*|'(?:[^\n'\\]|\\.)*'|`[^$`]*`/gs, '');

const valueImports = (source: Source | undefined): readonly string[] => {
	const types = new Set([...(source?.text ?? '').matchAll(/import type[^;]*?from '([^']+)'/g)].map(match => match[1]!.split('/').pop()!.replace(/\.js$/, '.ts')));
	return source?.imports.filter(name => !types.has(name.split('/').pop()!)) ?? [];
};
