/** `farmctl config init`: a first configuration, with this machine's address and interface filled in. */

import {boolean} from '@oclif/core/flags';
import {FarmCommand} from '../../src/cli/farm-command.js';
import {renderSample} from '../../src/core/config/sample.js';
import {machineAddress, machineName} from '../../src/edge/config/machine.js';
import {writeOwn} from '../../src/edge/config/write.js';

export default class ConfigInit extends FarmCommand {
	static override summary = 'write a first configuration for this machine';
	static override description = 'Leaves a file that exists as it is, unless --force is given.';
	static override examples = ['<%= config.bin %> config init', '<%= config.bin %> config init --stdout > farm.yaml'];
	static override flags = {
		force: boolean({description: 'replace a file that exists'}),
		stdout: boolean({description: 'print the configuration and write no file'}),
	};

	async run(): Promise<void> {
		const {flags} = await this.parse(ConfigInit);
		const text = renderSample(machineAddress(), machineName());
		if (flags.stdout) {
			this.print(text);
			return;
		}

		await writeOwn(flags.config, text, {mode: 0o644, isForced: flags.force});
		this.say(`wrote ${flags.config}: change what its comments say, then run: farmctl config check ${flags.config}`);
	}
}
