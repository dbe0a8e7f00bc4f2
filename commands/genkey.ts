/** `farmctl genkey`: a new farm key. */

import {boolean, string} from '@oclif/core/flags';
import {FarmCommand} from '../src/cli/farm-command.js';
import {generateKey} from '../src/edge/config/load-key.js';
import {writeOwn} from '../src/edge/config/write.js';

const keyFileMode = 0o600;

export default class Genkey extends FarmCommand {
	static override summary = 'make a farm key';
	static override description = 'Prints 64 hexadecimal digits, or writes them to a file that only its owner can read. Every node of a farm has the same key file; the first line is the key, a line below it is an older key that is still accepted.';
	static override examples = ['<%= config.bin %> genkey --output /etc/farmctl/farm.key', '<%= config.bin %> genkey | ssh web2 "umask 077; cat > /etc/farmctl/farm.key"'];
	static override flags = {
		output: string({char: 'o', helpValue: 'FILE', description: 'write the key to this file'}),
		force: boolean({description: 'replace a file that exists', dependsOn: ['output']}),
	};

	async run(): Promise<void> {
		const {flags} = await this.parse(Genkey);
		if (flags.output === undefined) {
			this.print(generateKey());
			return;
		}

		await writeOwn(flags.output, generateKey(), {mode: keyFileMode, isForced: flags.force});
		this.say(`wrote ${flags.output}: copy it to every node of the farm`);
	}
}
