/** `farmctl node stop`: nodes serve nothing any more, after a while that is bounded. */

import {boolean, string} from '@oclif/core/flags';
import {renderDuration} from '../../src/core/config/duration.js';
import {drainTimeoutMsMax, stopTimeoutMsDefault} from '../../src/core/control/node-orders.js';
import {drainedText, drainedWish, drainLeft} from '../../src/cli/node/drain.js';
import {durationOf, forceFlag, NodeCommand, nodeFlags, nodesArgument, type NodeFlags} from '../../src/cli/node/node-command.js';
import {refuseAll} from '../../src/cli/node/targets.js';

export default class NodeStop extends NodeCommand {
	static override summary = 'take nodes out of the farm, and cut what has not ended in time';
	static override description = 'Drains, waits until the node serves nothing any more, and shows how far it is. The daemon lives on; the node stays out until it is started.';
	static override usage = 'node stop [NODE...] [FLAGS]';
	static override examples = ['<%= config.bin %> node stop web2', '<%= config.bin %> node stop web2 --now'];
	static override strict = false;
	static override args = {node: nodesArgument};
	static override flags = {
		...nodeFlags,
		...forceFlag,
		now: boolean({description: 'cut established connections at once; the others still take over without a gap', exclusive: ['timeout']}),
		timeout: string({helpValue: 'TIME', default: renderDuration(stopTimeoutMsDefault), description: 'cut what is left after this long'}),
	};

	async run(): Promise<void> {
		const {flags: given, argv} = await this.parse(NodeStop);
		const flags = given as typeof given & NodeFlags;
		const cutAfterMs = flags.now ? 0 : durationOf('--timeout', flags.timeout, drainTimeoutMsMax);
		const status = await this.look(flags['run-dir']);
		const names = this.targets(argv as string[], flags, status);
		if (!flags.force) {
			refuseAll(names, status);
		}

		const begun = await this.give(status, flags, names, {verb: 'node-drain', isForced: flags.force, cutAfterMs, stopsServices: true});
		const outcomes = await this.wait(status, flags, begun, {wish: drainedWish(cutAfterMs), left: drainLeft});
		this.tellOutcomes(outcomes, flags, drainedText, {isWaited: true});
	}
}
