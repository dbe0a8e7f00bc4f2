/** A word or a flag that does not exist: names the one that was probably meant. */

import {UsageFailure} from '../errors.js';

const notFound = /^command .+ not found\.?$/i;
const noFlag = /^Nonexistent flags?: (-[^\s,]+)/;

/** The error to report: the given one, or for an unknown verb or flag a UsageFailure with the nearest one as its hint. */
export async function suggestCommand(error: unknown, argv: readonly string[], root: string): Promise<unknown> {
	const message = error instanceof Error ? error.message : '';
	const flag = noFlag.exec(message)?.[1];
	if (flag === undefined && !notFound.test(message)) {
		return error;
	}

	const {Config} = await import('@oclif/core/config');
	const {closest} = await import('fastest-levenshtein');
	const {commands} = await Config.load(root);
	const words = argv.filter(word => !word.startsWith('-'));
	if (flag === undefined) {
		const typed = words.slice(0, 2).join(' ');
		const verbs = commands.map(({id}) => verbOf(id));
		return new UsageFailure(`'${typed}' is not a verb of farmctl`, {hint: `did you mean: farmctl ${closest(typed, verbs)}? All verbs: farmctl --help`});
	}

	const named = (wanted: string | undefined) => commands.find(({id}) => verbOf(id) === wanted);
	const {id, flags} = named(words.slice(0, 2).join(' ')) ?? named(words[0]) ?? named('status')!;
	const known = Object.keys(flags).map(name => `--${name}`);
	return new UsageFailure(`'${flag}' is not a flag of farmctl ${verbOf(id)}`, {hint: `did you mean ${closest(flag, known)}? All flags: farmctl ${verbOf(id)} --help`});
}

const verbOf = (id: string): string => id.replaceAll(':', ' ');
