/** Runs a person's command on a host of the lab, with the terminal it was typed on. */

import {constants} from 'node:os';
import process from 'node:process';
import {execa} from 'execa';
import {namespacesOf} from '../../core/lab/topology.js';
import {UsageFailure} from '../../errors.js';
import {enter} from './place.js';
import type {Lab} from './players.js';
import {programPath} from './run-program.js';

/** Returns the command's exit status, or 128 and the signal's number as shells do. Throws a UsageFailure for an unknown host or no command. */
export async function execInLab(lab: Lab, hostName: string, command: readonly string[]): Promise<number> {
	if (command.length === 0) {
		throw new UsageFailure('there is no command to run', {hint: 'write it after two dashes: farmctl lab exec client -- ip address'});
	}

	const [program, ...words] = enter(lab.place, hostCommand(lab, hostName, command), process.cwd()).argv;
	// Ctrl-C reaches the command by itself; this program waits for what the command makes of it.
	const ignore = (): void => undefined;
	process.on('SIGINT', ignore);
	const {exitCode, signal} = await execa(program!, words, {stdio: 'inherit', reject: false, env: {PATH: programPath}});
	process.off('SIGINT', ignore);
	return exitCode ?? (128 + (signal === undefined ? 0 : constants.signals[signal]));
}

/** The command inside the host's namespace, seen from the lab's place. */
export function hostCommand({topology}: Lab, hostName: string, command: readonly string[]): {argv: readonly string[]} {
	const hosts = namespacesOf(topology);
	const host = hosts.find(({name}) => name === hostName);
	if (host === undefined) {
		throw new UsageFailure(`the lab has no host '${hostName}'`, {hint: `its hosts: ${hosts.map(({name}) => name).join(', ')}`});
	}

	return {argv: ['ip', 'netns', 'exec', host.namespace, ...command]};
}
