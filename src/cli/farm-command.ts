/** What every verb shares: the flags that name the farm, the node and the running daemon, and the rule that stdout is data and stderr is talk. */

import process from 'node:process';
import {Command} from '@oclif/core/command';
import {boolean, string} from '@oclif/core/flags';
import {stateDirDefault} from '../edge/state/state-folder.js';

export const configPathDefault = '/etc/farmctl/farm.yaml';
export const runDirDefault = '/run/farmctl';

export const farmFlags = {
	config: string({
		char: 'c', env: 'FARMCTL_CONFIG', default: configPathDefault, helpValue: 'FILE', description: 'the farm\'s configuration', helpGroup: 'GLOBAL',
	}),
	node: string({
		env: 'FARMCTL_NODE', helpValue: 'NAME', description: 'the node (default: the one whose address this machine has)', helpGroup: 'GLOBAL',
	}),
	'run-dir': string({
		env: 'FARMCTL_RUN_DIR', default: runDirDefault, helpValue: 'DIR', description: 'where the daemon keeps its socket', helpGroup: 'GLOBAL',
	}),
};

export const stateDirFlag = {
	'state-dir': string({
		env: 'FARMCTL_STATE_DIR', default: stateDirDefault, helpValue: 'DIR', description: 'what outlives a reboot: that an operator drained the node, weights that were set while it ran',
	}),
};

export const jsonFlag = {
	json: boolean({description: 'print JSON', helpGroup: 'GLOBAL'}),
};

/** How every verb speaks, also those that know no farm. */
export abstract class PlainCommand extends Command {
	/** Data, one line or more, to stdout. */
	protected print(text: string): void {
		process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
	}

	/** Data as one JSON document. */
	protected printJson(value: unknown): void {
		this.print(JSON.stringify(value, undefined, process.stdout.isTTY ? 2 : undefined));
	}

	/** Talk: what is being done, to stderr. */
	protected say(text: string): void {
		process.stderr.write(`${text}\n`);
	}

	/** Ends the verb well but with the answer no (exit status 1), or with another status of the contract. */
	protected end(status: number): void {
		process.exitCode = status;
	}
}

/** A verb of a farm. */
export abstract class FarmCommand extends PlainCommand {
	static override baseFlags = farmFlags;
}
