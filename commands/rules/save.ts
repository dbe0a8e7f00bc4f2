import {FarmCommand} from '../../src/cli/farm-command.js';
import {readRules} from '../../src/cli/rules-report.js';
import {backendFlag, withBackend, withFilter} from '../../src/cli/static-filter.js';
import {renderSavedRules} from '../../src/core/ruleset/saved-rules.js';
import {loadFarm} from '../../src/edge/config/load.js';
import {exitCodes} from '../../src/errors.js';

export default class RulesSave extends FarmCommand {
	static override summary = 'print the distribution rules that the kernel holds, for rules restore';
	static override description = `Prints the farm's whole filter with its slots, as text; the same filter is always the same text. The lease is not in it, nor are the
counters. Exit status: 0 there are rules, 1 there are none.`;

	static override examples = ['<%= config.bin %> rules save > rules.txt'];
	static override flags = backendFlag;

	async run(): Promise<void> {
		const {flags} = await this.parse(RulesSave);
		const {farm: configured} = await loadFarm(flags.config);
		const farm = withBackend(configured, flags.backend);
		const held = await withFilter(farm, async filter => readRules(filter));
		if (held === undefined) {
			this.say(`there are no rules of farm '${farm.name}' in the kernel`);
			this.end(exitCodes.no);
		} else {
			this.print(renderSavedRules({farm: farm.name, backend: farm.backend, ...held}));
		}
	}
}
