/** `farmctl node start`: nodes that were drained serve again. */

import {string} from '@oclif/core/flags';
import {NodeCommand, durationOf, nodeFlags, nodesArgument, type NodeFlags} from '../../src/cli/node/node-command.js';
import {drainTimeoutMsMax} from '../../src/core/control/node-orders.js';
import {servingText, servingWish, startLeft, startTimeoutDefault} from '../../src/cli/node/start.js';

export default class NodeStart extends NodeCommand {
	static override summary = 'let nodes that were drained or stopped serve again';
	static override description = 'Returns when the node serves. What is wrong with one that does not is told (1). A daemon that does not run is started with: farmctl run.';
	static override usage = 'node start [NODE...] [FLAGS]';
	static override examples = ['<%= config.bin %> node start web2', '<%= config.bin %> node start --all'];
	static override strict = false;
	static override args = {node: nodesArgument};
	static override flags = {...nodeFlags, timeout: string({helpValue: 'TIME', default: startTimeoutDefault, description: 'how long to wait until the node serves'})};

	async run(): Promise<void> {
		const {flags: given, argv} = await this.parse(NodeStart);
		const flags = given as typeof given & NodeFlags;
		const limitMs = durationOf('--timeout', flags.timeout, drainTimeoutMsMax);
		const status = await this.look(flags['run-dir']);
		const begun = await this.give(status, flags, this.targets(argv as string[], flags, status), {verb: 'node-start'});
		const outcomes = await this.wait(status, flags, begun, {wish: servingWish(limitMs), left: startLeft});
		this.tellOutcomes(outcomes, flags, report => servingText(report, status.coverage.total), {isWaited: true});
	}
}
