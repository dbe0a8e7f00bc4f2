/** A word that is no verb: names the verb that was probably meant. */

import {UsageFailure} from '../errors.js';

const notFound = /^command .+ not found\.?$/i;

/** The error to report: the given one, or for an unknown verb a UsageFailure with the nearest verb as its hint. */
export async function suggestCommand(error: unknown, argv: readonly string[], root: string): Promise<unknown> {
	if (!(error instanceof Error) || !notFound.test(error.message)) {
		return error;
	}

	const {Config} = await import('@oclif/core/config');
	const {closest} = await import('fastest-levenshtein');
	const {commandIDs} = await Config.load(root);
	const verbs = commandIDs.map(id => id.replaceAll(':', ' '));
	const typed = argv.filter(word => !word.startsWith('-')).slice(0, 2).join(' ');
	return new UsageFailure(`'${typed}' is not a verb of farmctl`, {
		hint: `did you mean: farmctl ${closest(typed, verbs)}? All verbs: farmctl --help`,
	});
}
