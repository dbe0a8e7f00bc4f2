import {Args} from '@oclif/core';
import {FarmCommand} from '../../src/cli/farm-command.js';
import {readSavedRules} from '../../src/cli/read-saved-rules.js';
import {installStatic, refuseBesideDaemon, withBackend, withFilter} from '../../src/cli/static-filter.js';
import {loadFarm} from '../../src/edge/config/load.js';

export default class RulesRestore extends FarmCommand {
	static override summary = 'put the distribution rules back that rules save printed';
	static override description = `The exact inverse of "rules save": afterwards it prints the same text again. Like "rules install" it opens the lease for ever. Changes nothing when
a line cannot be read, and says which and why. The back end is that of the text.`;

	static override examples = ['<%= config.bin %> rules restore rules.txt', '<%= config.bin %> rules save | <%= config.bin %> rules restore -'];
	static override args = {file: Args.string({name: 'FILE', required: true, description: 'what rules save printed; - reads stdin'})};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(RulesRestore);
		const {farm: configured} = await loadFarm(flags.config);
		const {backend, ...rules} = await readSavedRules(args.file, configured.name);
		const farm = withBackend(configured, backend);
		await refuseBesideDaemon(farm, flags['run-dir']);
		for (const line of await withFilter(farm, async filter => installStatic(farm, filter, rules))) {
			this.say(line);
		}
	}
}
