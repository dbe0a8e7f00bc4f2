/**
Runs one command line: hands it to oclif, and turns whatever comes back into text and exit status.
*/

import process from 'node:process';
import {run} from '@oclif/core/run';
import {report} from './report.js';
import {suggestCommand} from './suggest-command.js';

/** Verbs run without any word: `farmctl` is `farmctl status`. */
const defaultVerb = 'status';

const isHelp = (word: string | undefined): boolean => word === undefined || word === 'help' || word === '--help' || word === '-h';

export async function main(argv: readonly string[], root: string): Promise<void> {
	// A reader that went away (`farmctl status | head -1`) ends the program without a stack.
	process.stdout.on('error', () => {
		process.exitCode = 0;
		process.exit();
	});
	try {
		await run(commandLine(argv), {root});
	} catch (error) {
		const exit = report(await suggestCommand(error, argv, root), {isJson: argv.includes('--json')});
		process.exitCode = exit;
	}
}

/** `farmctl help VERB` is `farmctl VERB --help`; flags alone belong to the default verb. */
function commandLine(argv: readonly string[]): string[] {
	if (argv[0] === 'help') {
		return [...argv.slice(1), '--help'];
	}

	const first = argv[0];
	if (first === undefined || (first.startsWith('-') && !isHelp(first))) {
		return [defaultVerb, ...argv];
	}

	return [...argv];
}
