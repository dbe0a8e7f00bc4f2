import {setTimeout as delay} from 'node:timers/promises';
import {Args} from '@oclif/core';
import {integer, string} from '@oclif/core/flags';
import {LabCommand} from '../../src/cli/lab-command.js';
import {durationExpected, parseDuration} from '../../src/core/config/duration.js';
import {networksCountMax} from '../../src/core/lab/topology.js';
import {faults, healNodes, makeFault, nodeNamed, type Fault} from '../../src/edge/lab/faults.js';
import {openLab} from '../../src/edge/lab/lab.js';
import {UsageFailure} from '../../src/errors.js';

const kinds = Object.keys(faults) as Fault[];

export default class LabFault extends LabCommand {
	static override summary = 'break a node of the lab, or heal it';
	static override description = [
		...Object.entries(faults).map(([kind, what]) => `${kind}: ${what}`),
		'heal: cables in, every frame through, SIGCONT, restart what is dead; without NODE, all nodes',
	].join('\n');

	static override examples = [
		'<%= config.bin %> lab fault cut-link web2',
		'<%= config.bin %> lab fault freeze-daemon web1 --for 300ms',
		'<%= config.bin %> lab fault mute web1 web2',
		'<%= config.bin %> lab fault mute web3 --percent 20',
		'<%= config.bin %> lab fault heal',
	];

	static override args = {
		fault: Args.string({name: 'FAULT', required: true, options: [...kinds, 'heal'], description: 'what happens'}),
		node: Args.string({name: 'NODE', description: 'to which node'}),
		peer: Args.string({name: 'PEER', description: 'only between the two; for mute, deaf and cut-heartbeats'}),
	};

	static override flags = {
		for: string({helpValue: 'TIME', description: 'heals the node after this time, such as 300ms'}),
		network: integer({min: 1, max: networksCountMax, helpValue: 'N', description: 'only on this network of the lab'}),
		percent: integer({min: 1, max: 100, helpValue: 'P', description: 'so many heartbeats of a hundred, by chance, instead of all'}),
	};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(LabFault);
		const lab = openLab(flags.name);
		if (args.fault === 'heal') {
			await healNodes(lab, args.node === undefined ? lab.topology.nodes : [nodeNamed(lab, args.node)]);
			return;
		}

		if (args.node === undefined) {
			throw new UsageFailure(`${args.fault} needs a node`, {hint: `farmctl lab fault ${args.fault} ${lab.topology.nodes[0]!.name}`});
		}

		const node = nodeNamed(lab, args.node);
		const lastsMs = flags.for === undefined ? undefined : durationOf(flags.for);
		await makeFault(lab, node, args.fault as Fault, {peer: args.peer, network: flags.network, percent: flags.percent});
		if (lastsMs === undefined) {
			return;
		}

		await delay(lastsMs);
		await healNodes(lab, [node]);
	}
}

function durationOf(text: string): number {
	const ms = parseDuration(text);
	if (ms === undefined) {
		throw new UsageFailure(`'${text}' is no time`, {hint: `write ${durationExpected}`});
	}

	return ms;
}
