/** A word or a flag that does not exist: names the one that was probably meant. */

import {suggest} from '../core/config/suggest.js';
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
	const {commands} = await Config.load(root);
	const words = argv.filter(word => !word.startsWith('-'));
	if (flag === undefined) {
		const typed = words.slice(0, 2).join(' ');
		const meant = suggest(typed, commands.map(({id}) => verbOf(id)));
		return new UsageFailure(`'${typed}' is not a verb of farmctl`, {hint: `${meant === undefined ? '' : `did you mean: farmctl ${meant}? `}All verbs: farmctl --help`});
	}

	const named = (wanted: string | undefined) => commands.find(({id}) => verbOf(id) === wanted);
	const {id, flags} = named(words.slice(0, 2).join(' ')) ?? named(words[0]) ?? named('status')!;
	const meant = suggest(flag, Object.keys(flags).map(name => `--${name}`));
	return new UsageFailure(`'${flag}' is not a flag of farmctl ${verbOf(id)}`, {
		hint: `${meant === undefined ? '' : `did you mean ${meant}? `}All flags: farmctl ${verbOf(id)} --help`,
	});
}

const verbOf = (id: string): string => id.replaceAll(':', ' ');
