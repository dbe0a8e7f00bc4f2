/** `farmctl node restart`: nodes leave the farm and come back, one after the other. */

import {boolean, string} from '@oclif/core/flags';
import {parseDuration, renderDuration} from '../../src/core/config/duration.js';
import {drainTimeoutMsMax, stopTimeoutMsDefault} from '../../src/core/control/node-orders.js';
import {drainedWish, drainLeft} from '../../src/cli/node/drain.js';
import {durationOf, forceFlag, NodeCommand, nodeFlags, nodesArgument, type NodeFlags} from '../../src/cli/node/node-command.js';
import type {Outcome} from '../../src/cli/node/outcome.js';
import {servingText, servingWish, startLeft, startTimeoutDefault} from '../../src/cli/node/start.js';
import type {Status} from '../../src/core/status/status.js';

export default class NodeRestart extends NodeCommand {
	static override summary = 'stop nodes and start them again, one after the other';
	static override description = 'As stop and then start, of each node; the next one is stopped when the one before serves again. The first that does not ends it.';
	static override usage = 'node restart [NODE...] [FLAGS]';
	static override examples = ['<%= config.bin %> node restart web2', '<%= config.bin %> node restart --all'];
	static override strict = false;
	static override args = {node: nodesArgument};
	static override flags = {
		...nodeFlags,
		...forceFlag,
		now: boolean({description: 'cut established connections at once', exclusive: ['timeout']}),
		timeout: string({helpValue: 'TIME', default: renderDuration(stopTimeoutMsDefault), description: 'cut what is left after this long'}),
	};

	async run(): Promise<void> {
		const {flags: given, argv} = await this.parse(NodeRestart);
		const flags = given as typeof given & NodeFlags & {readonly force: boolean};
		const cutAfterMs = flags.now ? 0 : durationOf('--timeout', flags.timeout, drainTimeoutMsMax);
		const status = await this.look(flags['run-dir']);
		const outcomes: Outcome[] = [];
		for (const name of this.targets(argv as string[], flags, status)) {
			// eslint-disable-next-line no-await-in-loop -- one node after the other, so that the others serve meanwhile
			const outcome = await this.#restart(status, flags, name, cutAfterMs);
			outcomes.push(outcome);
			if (!outcome.ok) {
				break;
			}
		}

		this.tellOutcomes(outcomes, flags, report => servingText(report, status.coverage.total), {isWaited: true});
	}

	async #restart(status: Status, flags: NodeFlags & {readonly force: boolean}, name: string, cutAfterMs: number): Promise<Outcome> {
		const draining = await this.give(status, flags, [name], {verb: 'node-drain', isForced: flags.force, cutAfterMs, stopsServices: true});
		const [drained] = await this.wait(status, flags, draining, {wish: drainedWish(cutAfterMs), left: drainLeft});
		if (!drained!.ok) {
			return drained!;
		}

		const starting = await this.give(status, flags, [name], {verb: 'node-start'});
		const [serving] = await this.wait(status, flags, starting, {wish: servingWish(parseDuration(startTimeoutDefault)!), left: startLeft});
		return serving!;
	}
}
