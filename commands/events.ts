/** `farmctl events`: what happened lately on this node, and with `-f` what happens from now on. */

import process from 'node:process';
import {boolean} from '@oclif/core/flags';
import {FarmCommand, jsonFlag} from '../src/cli/farm-command.js';
import {readEvents} from '../src/cli/status/read-events.js';

export default class Events extends FarmCommand {
	static override summary = 'print the last events of this node\'s daemon';
	static override description = 'With --json one JSON object a line. With -f it ends when the daemon does.';
	static override examples = ['<%= config.bin %> events', '<%= config.bin %> events -f --json'];
	static override flags = {...jsonFlag, follow: boolean({char: 'f', description: 'print new events as they come'})};

	async run(): Promise<void> {
		const {flags} = await this.parse(Events);
		// Loaded here: --help needs no colours.
		const [{renderEvent}, {isColoured}] = await Promise.all([import('../src/cli/status/render-event.js'), import('../src/cli/status/paint.js')]);
		const colour = isColoured(process.stdout);
		for await (const event of readEvents(flags['run-dir'], {follow: flags.follow})) {
			this.print(flags.json ? JSON.stringify(event) : renderEvent(event, {colour}));
		}

		if (flags.follow) {
			this.say('the daemon closed the connection; is it still running? farmctl status');
		}
	}
}
