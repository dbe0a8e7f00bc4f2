/** `farmctl checkers list`: the checks and how they are. */

import process from 'node:process';
import {boolean} from '@oclif/core/flags';
import {listChecks} from '../../src/cli/checkers/list.js';
import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import {checkListSchema} from '../../src/core/checkers/schema.js';

export default class CheckersList extends FarmCommand {
	static override summary = 'list the checks, and how they are';
	static override description = 'As the daemon of this node has them; where none runs, as they are configured, and nothing is known of how they are.';
	static override examples = ['<%= config.bin %> checkers list', '<%= config.bin %> checkers list --json'];
	static override flags = {...jsonFlag, schema: boolean({description: 'print the JSON Schema of --json instead'})};

	async run(): Promise<void> {
		const {flags} = await this.parse(CheckersList);
		if (flags.schema) {
			this.printJson(checkListSchema);
			return;
		}

		const list = await listChecks({config: flags.config, runDir: flags['run-dir']});
		if (flags.json) {
			this.printJson(list);
			return;
		}

		if (list.checks.length > 0) {
			// Loaded here: --help and --json need no colours.
			const [{renderChecks}, {isColoured}] = await Promise.all([import('../../src/cli/checkers/render.js'), import('../../src/cli/status/paint.js')]);
			this.print(renderChecks(list.checks, {width: process.stdout.columns, colour: isColoured(process.stdout)}));
		} else {
			this.say(`no checks are configured in the farm '${list.farm}'; farmctl.conf(5) shows how`);
		}

		if (list.source === 'configuration') {
			this.say('no daemon answers, so nothing is known of how they are; farmctl checkers run --once looks');
		}
	}
}
