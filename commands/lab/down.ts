import {LabCommand} from '../../src/cli/lab-command.js';
import {takeDown} from '../../src/edge/lab/lab.js';

export default class LabDown extends LabCommand {
	static override summary = 'take the lab down: every process, namespace and file of it';
	static override description = 'Works from what is there, so also after a crash half-way. Without a lab it does nothing, and that is well.';
	static override examples = ['<%= config.bin %> lab down'];

	async run(): Promise<void> {
		const {flags} = await this.parse(LabDown);
		this.say(await takeDown(flags.name) ? `the lab '${flags.name}' is down` : `there is no lab '${flags.name}'`);
	}
}
