import {LabCommand, nodeArgument} from '../../src/cli/lab-command.js';
import {nodeNamed} from '../../src/edge/lab/faults.js';
import {openLab} from '../../src/edge/lab/lab.js';
import {startPart} from '../../src/edge/lab/players.js';
import {awaitServing} from '../../src/edge/lab/readiness.js';

export default class LabStart extends LabCommand {
	static override summary = 'start a node\'s daemon again';
	static override description = 'Returns when the daemon says that it serves.';
	static override examples = ['<%= config.bin %> lab start web2'];
	static override args = {node: nodeArgument};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(LabStart);
		const lab = openLab(flags.name);
		const node = nodeNamed(lab, args.node);
		startPart(lab, node, 'daemon');
		await awaitServing(lab, node);
	}
}
