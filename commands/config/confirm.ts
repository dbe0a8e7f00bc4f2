/** `farmctl config confirm`: keeps a change that would go back by itself. */

import {askConfirm} from '../../src/cli/change.js';
import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import {renderApplied} from '../../src/core/change/render-plan.js';

export default class ConfigConfirm extends FarmCommand {
	static override summary = 'keep a change that was applied with --confirm';
	static override examples = ['<%= config.bin %> config confirm'];
	static override flags = jsonFlag;

	async run(): Promise<void> {
		const {flags} = await this.parse(ConfigConfirm);
		const kept = await askConfirm(flags['run-dir']);
		if (flags.json) {
			this.printJson(kept);
		} else {
			this.print(renderApplied(kept));
		}
	}
}
