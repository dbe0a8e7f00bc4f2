/**
`farmctl run` without the framework, which would stay in a daemon's memory for as long as it runs, with all that it knows of other verbs.

The rule it keeps: what the flags are, their defaults, choices and variables, is read from the framework's manifest alone; a command line about which
anything is wrong or unusual is left to the framework, which says what.
*/

import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';

type ManifestFlag = {readonly type: string; readonly char?: string; readonly env?: string; readonly default?: string; readonly options?: readonly string[]};
type Manifest = {readonly version: string; readonly commands: Readonly<Record<string, {readonly flags: Readonly<Record<string, ManifestFlag>>}>>};

/** Values by the names of the flags, as the framework would give them. */
export type PlainRun = {readonly flags: Readonly<Record<string, string | undefined>>; readonly version: string};

/** What the command line asks of the daemon; undefined when it asks for another verb, or the framework must look at it. `root` is the folder of package.json. */
export function plainRun(argv: readonly string[], root: string, environment: Readonly<Record<string, string | undefined>> = process.env): PlainRun | undefined {
	if (argv[0] !== 'run') {
		return undefined;
	}

	const {version, commands} = JSON.parse(readFileSync(path.join(root, 'oclif.manifest.json'), 'utf8')) as Manifest;
	const known = Object.entries(commands.run!.flags);
	const given = parsed(argv.slice(1), known);
	if (given === undefined || known.some(([, {type}]) => type !== 'option')) {
		return undefined;
	}

	const flags = Object.fromEntries(known.map(([name, {env, default: otherwise}]) => [name, [given[name], environment[env ?? ''], otherwise].find(value => isThere(value))]));
	const isChosen = known.every(([name, {options}]) => options?.includes(flags[name] ?? '') ?? true);
	return isChosen ? {flags, version} : undefined;
}

const isThere = (value: string | undefined): boolean => value !== undefined && value !== '';

/** Each flag that is given once, with a value; undefined when anything else is. */
function parsed(args: readonly string[], known: ReadonlyArray<readonly [string, ManifestFlag]>): Readonly<Record<string, string>> | undefined {
	const options = Object.fromEntries(known.map(([name, {char}]) => [name, {type: 'string', multiple: true, ...char !== undefined && {short: char}} as const]));
	try {
		const {values} = parseArgs({args: [...args], options, strict: true, allowPositionals: false});
		const given = Object.entries(values).map(([name, [value = '', ...more] = []]) => [name, more.length === 0 ? value : ''] as const);
		return given.every(([, value]) => isThere(value)) ? Object.fromEntries(given) : undefined;
	} catch {
		return undefined;
	}
}
