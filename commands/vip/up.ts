import {boolean} from '@oclif/core/flags';
import {FarmCommand} from '../../src/cli/farm-command.js';
import {concludeVips} from '../../src/cli/vip-steps.js';
import {diffVips} from '../../src/core/vip/diff.js';
import {desiredVips} from '../../src/core/vip/state.js';
import {loadFarm} from '../../src/edge/config/load.js';
import {readVips} from '../../src/edge/link/observe.js';
import {requireInterfaces} from '../../src/edge/link/require-interfaces.js';
import {openRtnetlink} from '../../src/edge/link/rtnetlink.js';

export default class VipUp extends FarmCommand {
	static override summary = 'put the virtual addresses on this machine\'s interfaces';
	static override description = `Adds each VIP as a host address and makes its interface receive frames for the cluster MAC. What is there already stays as it is, and what
farmctl added for an earlier configuration goes. Each change is told on stderr. Install the rules first: without them every node answers for the VIP.
In multicast mode, a switch that snoops needs the advertisements that only "farmctl run" sends, or its ports set as router ports.`;

	static override examples = ['<%= config.bin %> rules install && <%= config.bin %> vip up', '<%= config.bin %> vip up --dry-run'];
	static override flags = {'dry-run': boolean({description: 'print the changes to stdout, and make none'})};

	async run(): Promise<void> {
		const {flags} = await this.parse(VipUp);
		const {farm} = await loadFarm(flags.config);
		const link = openRtnetlink({runDir: flags['run-dir']});
		try {
			await requireInterfaces(link, farm);
			const steps = diffVips(desiredVips(farm), await readVips(link, farm));
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
