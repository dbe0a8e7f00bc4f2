/** `farmctl plan`: what a configuration would change, before it is applied. */

import {string} from '@oclif/core/args';
import {askPlan, readConfiguration} from '../src/cli/change.js';
import {FarmCommand, jsonFlag} from '../src/cli/farm-command.js';
import {renderPlan} from '../src/core/change/render-plan.js';
import {exitCodes} from '../src/errors.js';

export default class Plan extends FarmCommand {
	static override summary = 'tell what a configuration would change';
	static override description = `Asks the daemon of this node: what differs from the configuration that it follows, which slots move, which connections are touched.
Exit status: 0 nothing differs, 1 something does.`;

	static override examples = ['<%= config.bin %> plan', '<%= config.bin %> plan ./farm.yaml', '<%= config.bin %> plan ./farm.yaml --json'];
	static override args = {file: string({name: 'FILE', description: 'the new configuration (default: --config)'})};
	static override flags = jsonFlag;

	async run(): Promise<void> {
		const {args, flags} = await this.parse(Plan);
		const plan = await askPlan(flags['run-dir'], await readConfiguration(args.file ?? flags.config));
		if (flags.json) {
			this.printJson(plan);
		} else {
			this.print(renderPlan(plan));
		}

		this.end(plan.differences.length === 0 ? exitCodes.ok : exitCodes.no);
	}
}
