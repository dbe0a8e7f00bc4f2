/** `farmctl status`: one look at the farm, and an exit status that says how it is. */

import process from 'node:process';
import {boolean} from '@oclif/core/flags';
import {FarmCommand, jsonFlag} from '../src/cli/farm-command.js';
import {readStatus} from '../src/cli/status/read-status.js';
import {reportOf} from '../src/core/status/health.js';
import {statusSchema} from '../src/core/status/schema.js';
import {exitCodes} from '../src/errors.js';

export default class Status extends FarmCommand {
	static override summary = 'show the farm as this node sees it';
	static override description = 'Exit status: 0 the farm is healthy, 1 it is degraded or down, 4 no daemon answers.';
	static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json', '<%= config.bin %> status > /dev/null && echo healthy'];
	static override flags = {...jsonFlag, schema: boolean({description: 'print the JSON Schema of --json instead'})};

	async run(): Promise<void> {
		const {flags} = await this.parse(Status);
		if (flags.schema) {
			this.printJson(statusSchema);
			return;
		}

		const report = reportOf(await readStatus(flags['run-dir']));
		if (flags.json) {
			this.printJson(report);
		} else {
			// Loaded here: --help and --json need no colours.
			const [{renderStatus}, {isColoured}] = await Promise.all([import('../src/cli/status/render-status.js'), import('../src/cli/status/paint.js')]);
			this.print(renderStatus(report, {width: process.stdout.columns, colour: isColoured(process.stdout)}));
		}

		this.end(report.health === 'healthy' ? exitCodes.ok : exitCodes.no);
	}
}
