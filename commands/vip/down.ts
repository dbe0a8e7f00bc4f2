import {boolean} from '@oclif/core/flags';
import {FarmCommand} from '../../src/cli/farm-command.js';
import {concludeVips} from '../../src/cli/vip-steps.js';
import {diffVips} from '../../src/core/vip/diff.js';
import {noVips} from '../../src/core/vip/state.js';
import {noFarm, readVips} from '../../src/edge/link/observe.js';
import {openRtnetlink} from '../../src/edge/link/rtnetlink.js';

export default class VipDown extends FarmCommand {
	static override summary = 'take away the virtual addresses that farmctl put on this machine';
	static override description = `Removes every address and cluster MAC that farmctl added with this --run-dir, whatever the configuration says by now, and nothing that was there
before or that someone else added. Needs no configuration. Each change is told on stderr.`;

	static override examples = ['<%= config.bin %> vip down && <%= config.bin %> rules remove', '<%= config.bin %> vip down --dry-run'];
	static override flags = {'dry-run': boolean({description: 'print the changes to stdout, and make none'})};

	async run(): Promise<void> {
		const {flags} = await this.parse(VipDown);
		const link = openRtnetlink({runDir: flags['run-dir']});
		try {
			const steps = diffVips(noVips, await readVips(link, noFarm));
			await concludeVips(link, steps, {
				isDryRun: flags['dry-run'],
				print: text => {
					this.print(text);
				},
				say: text => {
					this.say(text);
				},
			});
		} finally {
			link.close();
		}
	}
}
