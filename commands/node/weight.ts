/** `farmctl node weight`: another share for nodes, live. */

import {Args} from '@oclif/core';
import {string} from '@oclif/core/flags';
import {forceFlag, NodeCommand, nodeFlags, nodesArgument, type NodeFlags} from '../../src/cli/node/node-command.js';
import {defaultGroupName, weightMax} from '../../src/core/model/group.js';
import type {NodeReport} from '../../src/core/control/node-orders.js';
import {UsageFailure} from '../../src/errors.js';

const weightArgument = Args.string({name: 'WEIGHT', ignoreStdin: true, description: `0 to ${weightMax}, or default`});

export default class NodeWeight extends NodeCommand {
	static override summary = 'give nodes another weight while they serve';
	static override description = 'A node of weight 2 takes twice the share of one of weight 1; 0 takes nothing new. It holds over restarts, until WEIGHT is \'default\': as the '
		+ 'configuration says. Established connections stay where they are.';

	static override usage = 'node weight [NODE...] WEIGHT [FLAGS]';
	static override examples = ['<%= config.bin %> node weight web2 5', '<%= config.bin %> node weight --all default', '<%= config.bin %> node weight web2 0 --group static'];
	static override strict = false;
	static override args = {node: nodesArgument, weight: weightArgument};
	static override flags = {...nodeFlags, ...forceFlag, group: string({helpValue: 'GROUP', description: 'the group of rules (default: all of them)'})};

	async run(): Promise<void> {
		const {flags: given, argv} = await this.parse(NodeWeight);
		const flags = given as typeof given & NodeFlags;
		const words = argv as string[];
		const weight = weightOf(words.at(-1));
		const status = await this.look(flags['run-dir']);
		const names = this.targets(words.slice(0, -1), flags, status);
		const outcomes = await this.give(status, flags, names, {
			verb: 'node-weight', isForced: flags.force, ...(flags.group !== undefined && {group: flags.group}), ...(weight !== undefined && {weight}),
		});
		this.tellOutcomes(outcomes, flags, weightsText);
	}
}

function weightOf(text: string | undefined): number | undefined {
	if (text === 'default') {
		return undefined;
	}

	if (text === undefined || !/^\d{1,4}$/u.test(text) || Number(text) > weightMax) {
		throw new UsageFailure(text === undefined ? 'which weight?' : `'${text}' is no weight`, {hint: `farmctl node weight [NODE...] WEIGHT, from 0 to ${weightMax}, or default`});
	}

	return Number(text);
}

const weightsText = ({weights}: NodeReport): string => Object.entries(weights)
	.map(([group, {weight, isConfigured}]) => `weight ${weight}${group === defaultGroupName ? '' : ` in group '${group}'`}${isConfigured ? ', as configured' : ''}`).join('; ');
