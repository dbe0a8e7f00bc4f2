/**
The completion for bash, from the verbs and flags as they are. Pure: the command tree in, the script out. `npm run docs` writes it, and a test
holds the committed file to it.
*/

import type {Verb, VerbFlag} from './verb.js';

/** What help calls values and arguments that are files or folders. */
const fileFlags = new Set(['config', 'output', 'run-dir', 'script', 'state-dir']);
const fileArgument = 'FILE';

/** Arguments that are names which the daemon knows, by the words of the verb's topic, and how they are asked for. */
const namedArguments: Readonly<Record<string, string>> = {checkers: '_farmctl_checks', node: '_farmctl_nodes'};

export const bashCompletion = (verbs: readonly Verb[]): string => `# bash completion for farmctl; generated from its verbs
_farmctl_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_farmctl_files() {
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	compopt -o filenames 2>/dev/null
}

# Of each line the first name; whatever has other characters is none, for bash would look for commands in it.
_farmctl_names() {
	_farmctl_words "$(sed -n 's/^[^"]*"name":"\\([A-Za-z0-9._-]*\\)".*/\\1/p')"
}

_farmctl_checks() {
	_farmctl_names < <(farmctl checkers list --json 2>/dev/null | sed 's/.*"checks":\\[//; s/{"name"/\\n&/g')
}

_farmctl_nodes() {
	_farmctl_names < <(farmctl node list --json 2>/dev/null)
}

_farmctl() {
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb='' isvalue='' word
	COMPREPLY=()
	# bash makes three words of --flag=value
	if [[ $cur == '=' ]]; then
		cur=''
	elif [[ $prev == '=' ]]; then
		prev=\${COMP_WORDS[COMP_CWORD-2]}
	fi
	case $prev in
${valueCases(verbs)}	esac
	for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
			${flagWords(valueFlags(verbs)).join('|')}) isvalue=1 ;;
			=) isvalue=1 ;;
			-*) isvalue='' ;;
			*) [[ $isvalue ]] || verb="\${verb:+$verb }$word"; isvalue='' ;;
		esac
	done
	case $verb in
		''|help) _farmctl_words '${firstWords(verbs).join(' ')} help --help --version' ;;
${topicCases(verbs)}${verbs.map(verb => verbCase(verb)).join('')}	esac
}
complete -F _farmctl farmctl
`;

const firstWords = (verbs: readonly Verb[]): string[] => [...new Set(verbs.map(({words}) => words.split(' ', 1)[0]!))].toSorted();

/** One flag of each name: the same name means the same everywhere. */
function valueFlags(verbs: readonly Verb[]): VerbFlag[] {
	const byName = new Map(verbs.flatMap(({flags}) => flags).filter(({takesValue}) => takesValue).map(flag => [flag.name, flag]));
	return [...byName.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

const flagWords = (flags: readonly VerbFlag[]): string[] => flags.flatMap(({name, char}) => [`--${name}`, ...(char === undefined ? [] : [`-${char}`])]);

const valueCases = (verbs: readonly Verb[]): string => valueFlags(verbs)
	.map(flag => `\t\t${flagWords([flag]).join('|')}) ${valueCompletion(flag)}return ;;\n`).join('');

function valueCompletion({name, options}: VerbFlag): string {
	if (options !== undefined) {
		return `_farmctl_words '${options.join(' ')}'; `;
	}

	return fileFlags.has(name) ? '_farmctl_files; ' : '';
}

function topicCases(verbs: readonly Verb[]): string {
	const topics = Map.groupBy(verbs.filter(({words}) => words.includes(' ')), ({words}) => words.split(' ', 1)[0]!);
	return [...topics].map(([topic, members]) => `\t\t'${topic}') _farmctl_words '${members.map(({words}) => words.split(' ', 2)[1]!).join(' ')}' ;;\n`).join('');
}

/** Flags once a hyphen is typed or nothing else can follow, the first argument's values otherwise. */
function verbCase({words, flags, arguments: positional, takesMore}: Verb): string {
	const [first] = positional;
	const completeFlags = `_farmctl_words '${[...flags.map(({name}) => `--${name}`), '--help'].join(' ')}'`;
	const completeArgument = first?.options === undefined
		? namesOf(words, first) ?? (takesMore || first?.name === fileArgument ? '_farmctl_files' : completeFlags)
		: `_farmctl_words '${first.options.join(' ')}'`;
	return completeArgument === completeFlags
		? `\t\t'${words}'|'${words} '*) ${completeFlags} ;;\n`
		: `\t\t'${words}'|'${words} '*) if [[ $cur == -* ]]; then ${completeFlags}; else ${completeArgument}; fi ;;\n`;
}

const namesOf = (words: string, first: Verb['arguments'][number] | undefined): string | undefined => first === undefined ? undefined : namedArguments[words.split(' ', 1)[0]!];
