import {Args} from '@oclif/core';
import {LabCommand} from '../../src/cli/lab-command.js';
import {execInLab} from '../../src/edge/lab/exec.js';
import {openLab} from '../../src/edge/lab/lab.js';

export default class LabExec extends LabCommand {
	static override summary = 'run a command on a host of the lab';
	static override description = 'Standard input, output and exit status are those of the command. Hosts: web1 and so on, client, lan (the bridge).';
	static override usage = 'lab exec HOST -- COMMAND...';
	static override examples = [
		'<%= config.bin %> lab exec client -- curl -s http://10.77.0.100/',
		'<%= config.bin %> lab exec web1 -- nft list ruleset',
		'<%= config.bin %> lab exec lan -- bridge fdb show br br0',
	];

	static override strict = false;
	static override args = {host: Args.string({name: 'HOST', required: true, description: 'a node of the lab, client, or lan'})};

	async run(): Promise<void> {
		// The framework puts words that occur twice in another order, so what follows the dashes is kept from it.
		const dashesAt = this.argv.indexOf('--');
		const [own, command] = dashesAt === -1 ? [this.argv, undefined] : [this.argv.slice(0, dashesAt), this.argv.slice(dashesAt + 1)];
		const {args, argv, flags} = await this.parse(LabExec, own);
		this.end(await execInLab(openLab(flags.name), args.host, command ?? (argv as string[]).slice(1)));
	}
}
