/** `farmctl config check`: everything that is wrong with a configuration, and with its key file. */

import {text as readStream} from 'node:stream/consumers';
import process from 'node:process';
import {string} from '@oclif/core/args';
import {boolean} from '@oclif/core/flags';
import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import {renderProblems} from '../../src/core/config/problem.js';
import type {Farm} from '../../src/core/model/farm.js';
import {checkFarm, farmOf, readText} from '../../src/edge/config/load.js';

/** What messages call the standard input. */
const stdinName = '(stdin)';

export default class ConfigCheck extends FarmCommand {
	static override summary = 'tell all that is wrong with a configuration';
	static override description = 'Exit status: 0 it is right, 3 it is not. What works and has a price is told on stderr.';
	static override examples = ['<%= config.bin %> config check', '<%= config.bin %> config check ./farm.yaml --skip-key', '<%= config.bin %> config show | <%= config.bin %> config check -'];
	static override args = {file: string({name: 'FILE', description: 'the configuration (default: --config); - reads stdin'})};
	static override flags = {...jsonFlag, 'skip-key': boolean({description: 'do not look at the key file, nor at other files with secrets'})};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(ConfigCheck);
		const isStdin = args.file === '-';
		const file = isStdin ? stdinName : (args.file ?? flags.config);
		const text = isStdin ? await readStream(process.stdin) : await readText(file);
		const {farm, warnings} = flags['skip-key'] ? farmOf(text, file) : await checkFarm(text, file);
		if (warnings.length > 0) {
			this.say(`warning: ${renderProblems(file, text, warnings)}`);
		}

		if (flags.json) {
			this.printJson({file, farm: farm.name, warnings});
		} else {
			this.print(`${file}: right (farm ${farm.name}: nodes ${farm.nodes.length}, VIPs ${farm.vips.length}, rules ${farm.rules.length}${applicationText(farm)})`);
		}
	}
}

/** Nothing where the farm has no application. */
const applicationText = ({application: {services, checks}}: Farm): string => services.length + checks.length === 0 ? '' : `, services ${services.length}, checks ${checks.length}`;
