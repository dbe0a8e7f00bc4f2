import {LabCommand} from '../../src/cli/lab-command.js';
import {jsonFlag} from '../../src/cli/farm-command.js';
import {isLabWhole, renderLabReport} from '../../src/core/lab/report.js';
import {labReport} from '../../src/edge/lab/lab-status.js';
import {openLab} from '../../src/edge/lab/lab.js';
import {exitCodes} from '../../src/errors.js';

export default class LabStatus extends LabCommand {
	static override summary = 'show the lab: nodes, processes, faults in force, and what each daemon says';
	static override description = 'Exit status: 0 every node serves, 1 it does not or a fault is in force, 4 no lab is up.';
	static override examples = ['<%= config.bin %> lab status', '<%= config.bin %> lab status --json'];
	static override flags = jsonFlag;

	async run(): Promise<void> {
		const {flags} = await this.parse(LabStatus);
		const report = await labReport(openLab(flags.name));
		if (flags.json) {
			this.printJson(report);
		} else {
			this.print(renderLabReport(report));
		}

		this.end(isLabWhole(report) ? exitCodes.ok : exitCodes.no);
	}
}
