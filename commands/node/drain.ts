/** `farmctl node drain`: nodes serve nothing new, and their established connections until they end. */

import {boolean, string} from '@oclif/core/flags';
import {drainTimeoutMsMax} from '../../src/core/control/node-orders.js';
import {drainedText, drainedWish, drainLeft} from '../../src/cli/node/drain.js';
import {durationOf, forceFlag, NodeCommand, nodeFlags, nodesArgument, type NodeFlags} from '../../src/cli/node/node-command.js';
import {refuseAll} from '../../src/cli/node/targets.js';

export default class NodeDrain extends NodeCommand {
	static override summary = 'take nodes out of the farm without breaking a connection';
	static override description = 'The others take over at once; established connections stay until they end, at most for the time of \'retain\'. The node then lives, serves nothing, and '
		+ 'stays so over restarts of its daemon and its machine, until: farmctl node start NODE.';

	static override usage = 'node drain [NODE...] [FLAGS]';
	static override examples = ['<%= config.bin %> node drain web2', '<%= config.bin %> node drain web2 --timeout 10m --wait'];
	static override strict = false;
	static override args = {node: nodesArgument};
	static override flags = {
		...nodeFlags,
		...forceFlag,
		timeout: string({helpValue: 'TIME', description: 'cut what is left after this long (default: never, but for \'retain\')'}),
		wait: boolean({description: 'return when the node serves nothing any more, and show how far it is'}),
	};

	async run(): Promise<void> {
		const {flags: given, argv} = await this.parse(NodeDrain);
		const flags = given as typeof given & NodeFlags;
		const cutAfterMs = flags.timeout === undefined ? undefined : durationOf('--timeout', flags.timeout, drainTimeoutMsMax);
		const status = await this.look(flags['run-dir']);
		const names = this.targets(argv as string[], flags, status);
		if (!flags.force) {
			refuseAll(names, status);
		}

		const begun = await this.give(status, flags, names, {verb: 'node-drain', isForced: flags.force, ...(cutAfterMs !== undefined && {cutAfterMs})});
		const outcomes = flags.wait ? await this.wait(status, flags, begun, {wish: drainedWish(undefined), left: drainLeft}) : begun;
		this.tellOutcomes(outcomes, flags, drainedText, {isWaited: flags.wait});
	}
}
