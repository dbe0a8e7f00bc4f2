/** `farmctl node list`: the nodes of the farm, with what an operator may want to change of them. */

import process from 'node:process';
import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import {readStatus} from '../../src/cli/status/read-status.js';
import {nodeListLines} from '../../src/cli/node/list.js';

export default class NodeList extends FarmCommand {
	static override summary = 'list the nodes with state, share, weight and connections';
	static override description = 'As this node sees them. With --json one JSON object a line, as in nodes of: farmctl status --json.';
	static override examples = ['<%= config.bin %> node list', '<%= config.bin %> node list --json'];
	static override flags = {...jsonFlag};

	async run(): Promise<void> {
		const {flags} = await this.parse(NodeList);
		const status = await readStatus(flags['run-dir']);
		const lines = flags.json ? status.nodes.map(node => JSON.stringify(node)) : nodeListLines(status, process.stdout.columns);
		for (const line of lines) {
			this.print(line);
		}
	}
}
