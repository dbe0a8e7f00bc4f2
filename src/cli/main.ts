/** Runs one command line: hands it to oclif, but for the daemon's, and turns whatever comes back into text and exit status. */

import process from 'node:process';
import {plainRun} from './plain-run.js';
import type {RunFlags} from './serve.js';

/** Verbs run without any word: `farmctl` is `farmctl status`. */
const defaultVerb = 'status';

export async function main(argv: readonly string[], root: string): Promise<void> {
	// A reader that went away (`farmctl status | head -1`) ends the program without a stack.
	process.stdout.on('error', () => {
		// eslint-disable-next-line unicorn/no-process-exit -- nobody is left to tell anything
		process.exit(0);
	});
	try {
		await runVerb(argv, root);
	} catch (error) {
		// Only a verb that fails waits for these to load.
		const [{report}, {suggestCommand}] = await Promise.all([import('./report.js'), import('./suggest-command.js')]);
		const exit = report(await suggestCommand(error, argv, root), {isJson: argv.includes('--json')});
		process.exitCode = exit;
		endWhenWritten();
	}
}

async function runVerb(argv: readonly string[], root: string): Promise<void> {
	const plain = plainRun(argv, root);
	if (plain === undefined) {
		const {run} = await import('@oclif/core/run');
		await run(commandLine(argv), {root});
	} else {
		const {serve} = await import('./serve.js');
		await serve(plain.flags as RunFlags, plain.version);
	}
}

/** Ends the program once everything is written: what a failed verb left open must not keep it. */
function endWhenWritten(): void {
	process.stdout.write('', () => {
		process.stderr.write('', () => {
			// eslint-disable-next-line unicorn/no-process-exit -- the status was set before
			process.exit();
		});
	});
}

/** Flags alone belong to the default verb; help has been answered before. */
function commandLine(argv: readonly string[]): string[] {
	const first = argv[0];
	return first === undefined || first.startsWith('-') ? [defaultVerb, ...argv] : [...argv];
}
