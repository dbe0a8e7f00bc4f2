/** `farmctl config show`: the configuration in effect, with every default written out. */

import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import {renderFarm} from '../../src/core/config/render.js';
import {loadFarm} from '../../src/edge/config/load.js';

export default class ConfigShow extends FarmCommand {
	static override summary = 'show the configuration with every default written out';
	static override description = 'What it prints is a configuration again.';
	static override examples = ['<%= config.bin %> config show', '<%= config.bin %> config show --json'];
	static override flags = jsonFlag;

	async run(): Promise<void> {
		const {flags} = await this.parse(ConfigShow);
		const {farm} = await loadFarm(flags.config);
		if (flags.json) {
			this.printJson(farm);
		} else {
			this.print(renderFarm(farm));
		}
	}
}
