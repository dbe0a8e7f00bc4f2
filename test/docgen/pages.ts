/** The manual as data for its tests: sections, and text as a reader sees it. */

import {readFileSync} from 'node:fs';
import path from 'node:path';
import {root} from '../tidy/sources.js';

export const manualPages = ['man/farmctl.7', 'man/farmctl.8', 'man/farmctl.conf.5'] as const;

export const readPage = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Without font changes and escapes, macros left in place: `--json`, not `\-\-json`. */
export const plain = (source: string): string => source.replaceAll(/\\f[BIPR]/g, '').replaceAll(String.raw`\-`, '-').replaceAll(String.raw`\&`, '').replaceAll(String.raw`\(aq`, '\'')
	.replaceAll(String.raw`\(ti`, '~').replaceAll(String.raw`\(ha`, '^').replaceAll(String.raw`\e`, '\\');

/** The text of each section or subsection by its heading. */
export function sectionsOf(source: string, macro: 'SH' | 'SS'): Map<string, string> {
	const found = new Map<string, string>();
	for (const part of plain(source).split(/^\.(?=S[HS] )/m)) {
		const [heading, ...lines] = part.split('\n');
		if (heading!.startsWith(`${macro} `)) {
			found.set(heading!.slice(3).replaceAll('"', ''), lines.join('\n'));
		}
	}

	return found;
}

/** The tags of `.TP` paragraphs as words, such as `-c, --config FILE`, each with its paragraph. */
export function tagsOf(section: string): Array<{readonly tag: string; readonly text: string}> {
	return section.split('.TP\n').slice(1).map(part => {
		const [tag, ...lines] = part.split('\n');
		return {tag: tag!.replace(/^\.[BI]+[IR]? /, '').replaceAll('"', ' ').replaceAll(/\s+/g, ' '), text: lines.join('\n')};
	});
}

export const flagsIn = (text: string): string[] => [...new Set([...text.matchAll(/(?<![\w-])--([a-z][-a-z]*)/g)].map(match => match[1]!))];

/** Command lines that pages show: in examples and in bold type. */
export function shownInPage(source: string): string[] {
	const examples = [...plain(source).matchAll(/^\.EX\n(.*?)^\.EE$/gms)].flatMap(match => match[1]!.split('\n'));
	const bold = [...plain(source).matchAll(/^\.B[IR]? (.*)$/gm)].map(match => match[1]!.replaceAll('"', ''));
	return [...examples, ...bold];
}

/** Command lines that README shows: in fences and in backticks. */
export function shownInReadme(source: string): string[] {
	const fences = [...source.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(match => match[1]!.split('\n'));
	return [...fences, ...[...source.replaceAll(/^```.+?^```$/gms, '').matchAll(/`([^\n`]+)`/g)].map(match => match[1]!)];
}

/** The words of each `farmctl` in a line of shell, without comments and other programs. */
export const farmctlWords = (line: string): string[][] => line.replace(/(?:^|\s)#.*$/, '').split(/&&|\|\||[;>|]/)
	.map(part => part.trim().split(/\s+/))
	.filter(([program, next = '']) => (program === 'farmctl' || program === 'bin/farmctl') && !next.startsWith('('))
	.map(words => words.slice(1).map(word => word.replace(/[),.:]+$/, '')).filter(word => word !== ''));

/** The examples of the sections `Checks with type: TYPE` of farmctl.conf(5), by type; or of other sections that begin alike. */
export const checkExamples = (title = 'Checks with type: '): ReadonlyMap<string, string> => new Map([...sectionsOf(readPage('man/farmctl.conf.5'), 'SS')]
	.filter(([heading]) => heading.startsWith(title))
	.map(([heading, text]) => [heading.slice(title.length), /^\.EX\n(.*?)^\.EE$/ms.exec(text)![1]!]));

/** A configuration of one node, and more keys. */
export const minimalFarm = (more: string): string =>
	`farm: web\nnodes: {web1: {id: 1, addresses: [192.0.2.11]}}\nvips: [{address: 192.0.2.100/24, interface: eth0}]\nrules: [{vip: 192.0.2.100, protocol: tcp}]\n${more}`;
