import {Args} from '@oclif/core';
import {LabCommand} from '../../src/cli/lab-command.js';
import {faults, healNode, makeFault, nodeNamed, type Fault} from '../../src/edge/lab/faults.js';
import {openLab} from '../../src/edge/lab/lab.js';
import {UsageFailure} from '../../src/errors.js';

const kinds = Object.keys(faults) as Fault[];

export default class LabFault extends LabCommand {
	static override summary = 'break a node of the lab, or heal it';
	static override description = [...Object.entries(faults).map(([kind, what]) => `${kind}: ${what}`), 'heal: cable in, SIGCONT, restart what is dead; without NODE, all nodes'].join('\n');
	static override examples = ['<%= config.bin %> lab fault cut-link web2', '<%= config.bin %> lab fault heal web2', '<%= config.bin %> lab fault heal'];
	static override args = {
		fault: Args.string({name: 'FAULT', required: true, options: [...kinds, 'heal'], description: 'what happens'}),
		node: Args.string({name: 'NODE', description: 'to which node'}),
	};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(LabFault);
		const lab = openLab(flags.name);
		if (args.fault === 'heal') {
			const nodes = args.node === undefined ? lab.topology.nodes : [nodeNamed(lab, args.node)];
			await Promise.all(nodes.map(async node => healNode(lab, node)));
			return;
		}

		if (args.node === undefined) {
			throw new UsageFailure(`${args.fault} needs a node`, {hint: `farmctl lab fault ${args.fault} ${lab.topology.nodes[0]!.name}`});
		}

		await makeFault(lab, nodeNamed(lab, args.node), args.fault as Fault);
	}
}
