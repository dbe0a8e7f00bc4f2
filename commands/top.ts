/** `farmctl top`: the live view of the farm. */

import process from 'node:process';
import {FarmCommand} from '../src/cli/farm-command.js';
import {readStatus} from '../src/cli/status/read-status.js';
import {UsageFailure} from '../src/errors.js';

export default class Top extends FarmCommand {
	static override summary = 'watch the farm live';
	static override description = 'Keys: q quits, ? lists the others. It needs a terminal; scripts use farmctl status.';
	static override examples = ['<%= config.bin %> top'];

	async run(): Promise<void> {
		const {flags} = await this.parse(Top);
		if (!process.stdout.isTTY || !process.stdin.isTTY) {
			throw new UsageFailure('top needs a terminal', {hint: 'for one look, or in a script: farmctl status'});
		}

		const runDir = flags['run-dir'];
		const read = async () => readStatus(runDir);
		const first = await read();
		// Loaded here, because the terminal library takes longer to start than all the rest, and longer still as a development build.
		process.env.NODE_ENV ??= 'production';
		const {runTop, topIntervalMs} = await import('../src/tui/run-top.js');
		await runTop({read, first, nowMs: () => performance.now(), intervalMs: topIntervalMs});
	}
}
