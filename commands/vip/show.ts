import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import {isComplete, renderVips, vipDocument} from '../../src/core/vip/describe.js';
import {reportVips} from '../../src/core/vip/state.js';
import {loadFarm} from '../../src/edge/config/load.js';
import {readVips} from '../../src/edge/link/observe.js';
import {openRtnetlink} from '../../src/edge/link/rtnetlink.js';
import {exitCodes} from '../../src/errors.js';

export default class VipShow extends FarmCommand {
	static override summary = 'show which virtual addresses are on this machine';
	static override description = 'Exit status: 0 every VIP has its address and its cluster MAC, 1 something is missing. Needs no rights.';
	static override examples = ['<%= config.bin %> vip show', '<%= config.bin %> vip show --json'];
	static override flags = jsonFlag;

	async run(): Promise<void> {
		const {flags} = await this.parse(VipShow);
		const {farm} = await loadFarm(flags.config);
		const link = openRtnetlink({runDir: flags['run-dir']});
		try {
			const reports = reportVips(farm, await readVips(link, farm));
			if (flags.json) {
				this.printJson(vipDocument(reports));
			} else {
				this.print(renderVips(reports));
			}

			this.end(isComplete(reports) ? exitCodes.ok : exitCodes.no);
		} finally {
			link.close();
		}
	}
}
