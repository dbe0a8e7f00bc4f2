/** `farmctl config schema`: the JSON Schema of the configuration, for editors. */

import {FarmCommand} from '../../src/cli/farm-command.js';
import {farmSchema} from '../../src/core/config/json-schema.js';

export default class ConfigSchema extends FarmCommand {
	static override summary = 'print the JSON Schema of the configuration';
	static override description = 'An editor with a YAML language server completes and explains keys when the first line of farm.yaml names it: # yaml-language-server: $schema=FILE';
	static override examples = ['<%= config.bin %> config schema > farm.schema.json'];

	async run(): Promise<void> {
		await this.parse(ConfigSchema);
		this.print(JSON.stringify(farmSchema(), undefined, 2));
	}
}
