/** `farmctl events`: what happened on this node, or on all of them, also before the daemon was started; and with `-f` what happens from now on. */

import process from 'node:process';
import {boolean, string} from '@oclif/core/flags';
import {FarmCommand, jsonFlag, stateDirFlag} from '../src/cli/farm-command.js';
import {tellFarmEvents, tellOwnEvents, type EventTeller} from '../src/cli/events/tell-events.js';
import {sinceMsOf} from '../src/cli/events/since.js';
import {eventsShownDefault} from '../src/core/events/kept-event.js';

export default class Events extends FarmCommand {
	static override summary = 'print what happened, also before the daemon was started';
	static override description = `Without --since the last ${eventsShownDefault} events. With --json one JSON object a line. With -f it ends when the daemon does.
Where no daemon runs, what it left on the disk is printed.
With --all the times are those of this node's clock, whatever the clocks of the others say; a node that does not answer is named, and the exit status is 1.`;

	static override examples = ['<%= config.bin %> events', '<%= config.bin %> events --since 10m --all', '<%= config.bin %> events -f --json'];
	static override flags = {
		...jsonFlag,
		...stateDirFlag,
		follow: boolean({char: 'f', description: 'print new events as they come'}),
		since: string({helpValue: 'TIME', description: 'only events from then on: how long ago, such as 10m, or a time, such as 14:05 or 2026-01-02T14:05:00Z'}),
		all: boolean({description: 'of every node of the farm, in the order in which they happened'}),
	};

	async run(): Promise<void> {
		const {flags} = await this.parse(Events);
		const question = {
			runDir: flags['run-dir'], stateDir: flags['state-dir'], isFollowing: flags.follow,
			sinceMs: flags.since === undefined ? undefined : sinceMsOf(flags.since, new Date()),
		};
		const teller = await this.#teller(flags.json);
		const isWhole = await (flags.all ? tellFarmEvents(question, teller) : tellOwnEvents(question, teller));
		if (!isWhole) {
			this.end(1);
		}
	}

	async #teller(isJson: boolean): Promise<EventTeller> {
		// Loaded here: --help needs no colours.
		const [{renderEvent}, {isColoured}] = await Promise.all([import('../src/cli/events/render-event.js'), import('../src/cli/status/paint.js')]);
		const colour = isColoured(process.stdout);
		return {
			tell: event => {
				this.print(isJson ? JSON.stringify(event) : renderEvent(event, {colour}));
			},
			say: text => {
				this.say(text);
			},
		};
	}
}
