/** `farmctl config history`: the configurations that this node has followed. */

import {askHistory} from '../../src/cli/change.js';
import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import {renderHistory} from '../../src/core/change/render-plan.js';

export default class ConfigHistory extends FarmCommand {
	static override summary = 'list the configurations that were applied on this node';
	static override description = 'The newest first: version, when, fingerprint, by whom. A star marks the one that stands in the file.';
	static override examples = ['<%= config.bin %> config history', '<%= config.bin %> config history --json'];
	static override flags = jsonFlag;

	async run(): Promise<void> {
		const {flags} = await this.parse(ConfigHistory);
		const {versions, current} = await askHistory(flags['run-dir']);
		if (flags.json) {
			this.printJson(versions);
		} else {
			this.print(renderHistory(versions, current));
		}
	}
}
