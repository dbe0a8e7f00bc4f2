import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import {backendFlag, withBackend, withFilter} from '../../src/cli/static-filter.js';
import {readRules, renderRules, rulesDocument} from '../../src/cli/rules-report.js';
import {loadFarm} from '../../src/edge/config/load.js';
import {exitCodes} from '../../src/errors.js';

export default class RulesShow extends FarmCommand {
	static override summary = 'show the distribution rules that the kernel holds';
	static override description = 'Reads them from the kernel, whoever put them there: a daemon, "rules install" or a daemon that was killed. Exit status: 0 there are rules, 1 there are none.';
	static override examples = ['<%= config.bin %> rules show', '<%= config.bin %> rules show --json'];
	static override flags = {...backendFlag, ...jsonFlag};

	async run(): Promise<void> {
		const {flags} = await this.parse(RulesShow);
		const {farm: configured} = await loadFarm(flags.config);
		const farm = withBackend(configured, flags.backend);
		const held = await withFilter(farm, async filter => readRules(filter));
		if (held === undefined) {
			this.say(`there are no rules of farm '${farm.name}' in the kernel`);
			this.end(exitCodes.no);
		}

		if (flags.json) {
			this.printJson(rulesDocument(farm, held));
		} else if (held !== undefined) {
			this.print(renderRules(farm, held));
		}
	}
}
