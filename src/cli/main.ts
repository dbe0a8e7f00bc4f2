/**
Runs one command line: hands it to oclif, and turns whatever comes back into text and exit status.
*/

import process from 'node:process';
import {run} from '@oclif/core/run';

/**
Verbs run without any word: `farmctl` is `farmctl status`.
*/
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
		// Only a verb that fails waits for these to load.
		const [{report}, {suggestCommand}] = await Promise.all([import('./report.js'), import('./suggest-command.js')]);
		const exit = report(await suggestCommand(error, argv, root), {isJson: argv.includes('--json')});
		process.exitCode = exit;
	}
}

/**
`farmctl help VERB` is `farmctl VERB --help`; flags alone belong to the default verb.
*/
function commandLine(argv: readonly string[]): string[] {
	if (argv[0] === 'help') {
		return [...argv.slice(1), '--help'];
	}

	const first = argv[0];
	return first === undefined || (first.startsWith('-') && !isHelp(first)) ? [defaultVerb, ...argv] : [...argv];
}
