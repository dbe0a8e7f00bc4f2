/** The verbs and flags as the framework knows them. */

import {Config} from '@oclif/core/config';
import type {Verb, VerbArgument, VerbFlag} from './verb.js';

/**
Every verb that is built, by name. `root` is the folder of package.json. Reads the verbs themselves and not the manifest, which is as old as the
last whole build.
*/
export async function loadVerbs(root: string): Promise<Verb[]> {
	const {commands} = await Config.load({root, ignoreManifest: true});
	return commands.map(({id, summary, args, flags, strict}) => ({
		words: id.replaceAll(':', ' '),
		summary: summary ?? '',
		arguments: Object.values(args).map(argument => verbArgument(argument)),
		takesMore: strict === false,
		flags: Object.values(flags).map(flag => verbFlag(flag)).toSorted((a, b) => a.name.localeCompare(b.name)),
	})).toSorted((a, b) => a.words.localeCompare(b.words));
}

type FrameworkFlag = {
	readonly name: string; readonly char?: string; readonly type: string; readonly env?: string;
	readonly options?: readonly string[]; readonly default?: unknown; readonly summary?: string; readonly description?: string;
};

const verbFlag = ({name, char, type, env, options, default: value, summary, description}: FrameworkFlag): VerbFlag => ({
	name,
	takesValue: type === 'option',
	summary: summary ?? description ?? '',
	...(char !== undefined && {char}),
	...(options !== undefined && {options}),
	...(env !== undefined && {env}),
	...(type === 'option' && (typeof value === 'string' || typeof value === 'number') && {default: String(value)}),
});

type FrameworkArgument = {readonly name: string; readonly required?: boolean; readonly options?: readonly string[]};

const verbArgument = ({name, required, options}: FrameworkArgument): VerbArgument => ({
	name: name.toUpperCase(), isRequired: required === true, ...(options !== undefined && {options}),
});
