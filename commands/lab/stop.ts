import {LabCommand, nodeArgument} from '../../src/cli/lab-command.js';
import {nodeNamed} from '../../src/edge/lab/faults.js';
import {openLab} from '../../src/edge/lab/lab.js';
import {signalPart} from '../../src/edge/lab/players.js';

export default class LabStop extends LabCommand {
	static override summary = 'stop a node\'s daemon as for maintenance: it hands its slots over first';
	static override description = 'Sends SIGTERM and returns when the daemon has ended, which is when its established connections have, or its time to finish is over.';
	static override examples = ['<%= config.bin %> lab stop web2'];
	static override args = {node: nodeArgument};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(LabStop);
		const lab = openLab(flags.name);
		await signalPart(lab, nodeNamed(lab, args.node), {part: 'daemon', signal: 'SIGTERM'});
	}
}
