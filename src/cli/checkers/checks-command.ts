/** What `checkers enable` and `checkers disable` share: checks are named by words, nodes by flags. */

import {Args} from '@oclif/core';
import {boolean} from '@oclif/core/flags';
import {UsageFailure} from '../../errors.js';
import {NodeCommand, nodeFlags, type NodeFlags} from '../node/node-command.js';

export const checksFlags = {
	...nodeFlags,
	all: boolean({description: 'on every node of the farm'}),
	every: boolean({description: 'every check, instead of names'}),
};

/** Any number of them, so a verb that has it is not strict. */
export const checksArgument = Args.string({name: 'CHECK', ignoreStdin: true, description: 'a check, for each word'});

type ChecksFlags = NodeFlags & {readonly every: boolean};

export abstract class ChecksCommand extends NodeCommand {
	static override baseFlags = NodeCommand.baseFlags;

	/** Tells the nodes, one after the other, and says what they made of it. */
	protected async enable(words: readonly string[], given: unknown, isEnabled: boolean): Promise<void> {
		const flags = given as ChecksFlags;
		const names = namesOf(words, flags, isEnabled);
		const status = await this.look(flags['run-dir']);
		const outcomes = await this.give(status, flags, this.targets([], flags, status), {verb: 'node-checks', names, isEnabled});
		this.tellOutcomes(outcomes, flags, () => doneText(names, isEnabled));
	}
}

/** No names for every check. Throws a UsageFailure where it is not clear which are meant. */
function namesOf(words: readonly string[], {every}: ChecksFlags, isEnabled: boolean): readonly string[] {
	if (every && words.length > 0) {
		throw new UsageFailure('--every is every check, and names are some of them', {hint: 'leave one of both'});
	}

	if (!every && words.length === 0) {
		const verb = isEnabled ? 'enable' : 'disable';
		throw new UsageFailure(`which checks shall be ${verb}d?`, {
			hint: `name them: farmctl checkers ${verb} CHECK..., they are in farmctl status; or take every one: farmctl checkers ${verb} --every`,
		});
	}

	return [...new Set(words)];
}

function doneText(names: readonly string[], isEnabled: boolean): string {
	const which = names.length === 0 ? 'every check' : `${names.length === 1 ? 'check' : 'checks'} ${names.join(', ')}`;
	const verb = names.length < 2 ? 'is' : 'are';
	return isEnabled
		? `${which} ${verb} enabled`
		: `${which} ${verb} disabled, and nothing follows from ${names.length === 1 ? 'it' : 'them'} until: farmctl checkers enable ${names.length === 0 ? '--every' : names.join(' ')}`;
}
