/** The command tree as text, one line a verb, argument or flag: the contract with scripts, kept as a file so that a change of it shows in review. */

import type {Verb, VerbArgument, VerbFlag} from './verb.js';

/** Ends with a line break. Pure. */
export const renderCommandTree = (verbs: readonly Verb[]): string => verbs.map(verb => verbText(verb)).join('\n');

const verbText = ({words, arguments: args, takesMore, flags}: Verb): string => [
	`farmctl ${[words, ...args.map(argument => argumentText(argument)), ...(takesMore ? ['...'] : [])].join(' ')}`,
	...args.filter(({options}) => options !== undefined).map(({name, options}) => `\t${name} = ${options!.join('|')}`),
	...flags.map(flag => `\t${flagText(flag)}`),
	'',
].join('\n');

const argumentText = ({name, isRequired}: VerbArgument): string => isRequired ? name : `[${name}]`;

const flagText = ({name, char, takesValue, options, default: value, env}: VerbFlag): string => [
	`--${name}`,
	...(char === undefined ? [] : [`-${char}`]),
	...(takesValue ? [options?.join('|') ?? 'VALUE'] : []),
	...(value === undefined ? [] : [`default=${value}`]),
	...(env === undefined ? [] : [`env=${env}`]),
].join(' ');
