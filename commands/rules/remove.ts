import {FarmCommand} from '../../src/cli/farm-command.js';
import {backendFlag, refuseBesideDaemon, removeStatic, withBackend, withFilter} from '../../src/cli/static-filter.js';
import {loadFarm} from '../../src/edge/config/load.js';

export default class RulesRemove extends FarmCommand {
	static override summary = 'take the distribution rules out of the kernel';
	static override description = `Takes away what "rules install" made, or what a daemon left that was killed, and no other table. Does nothing where there is nothing. Take the
addresses down too: a VIP without rules is answered by every node.`;

	static override examples = ['<%= config.bin %> vip down && <%= config.bin %> rules remove'];

	static override flags = backendFlag;

	async run(): Promise<void> {
		const {flags} = await this.parse(RulesRemove);
		const {farm: configured} = await loadFarm(flags.config);
		const farm = withBackend(configured, flags.backend);
		await refuseBesideDaemon(farm, flags['run-dir']);
		await withFilter(farm, async filter => removeStatic(farm, filter));
	}
}
