/** `farmctl events`: what happened on this node, or on all of them, also before the daemon was started; and with `-f` what happens from now on. */

import process from 'node:process';
import {boolean, string} from '@oclif/core/flags';
import {FarmCommand, jsonFlag, stateDirFlag} from '../src/cli/farm-command.js';
import {eventsAfter, ownEvents} from '../src/cli/events/own-events.js';
import {sinceMsOf} from '../src/cli/events/since.js';
import {eventsShownDefault, type KeptEvent} from '../src/core/events/kept-event.js';

export default class Events extends FarmCommand {
	static override summary = 'print what happened, also before the daemon was started';
	static override description = `Without --since the last ${eventsShownDefault} events. With --json one JSON object a line. With -f it ends when the daemon does.
Where no daemon runs, what it left on the disk is printed.`;

	static override examples = ['<%= config.bin %> events', '<%= config.bin %> events --since 10m', '<%= config.bin %> events -f --json'];
	static override flags = {
		...jsonFlag,
		...stateDirFlag,
		follow: boolean({char: 'f', description: 'print new events as they come'}),
		since: string({helpValue: 'TIME', description: 'only events from then on: how long ago, such as 10m, or a time, such as 14:05 or 2026-01-02T14:05:00Z'}),
	};

	async run(): Promise<void> {
		const {flags} = await this.parse(Events);
		// Loaded here: --help needs no colours.
		const [{renderEvent}, {isColoured}] = await Promise.all([import('../src/cli/events/render-event.js'), import('../src/cli/status/paint.js')]);
		const colour = isColoured(process.stdout);
		const sinceMs = flags.since === undefined ? undefined : sinceMsOf(flags.since, new Date());
		const {isRunning, gathered: {node, events}} = await ownEvents({runDir: flags['run-dir'], stateDir: flags['state-dir'], sinceMs});
		const show = ({life: _life, ms: _ms, sequence: _sequence, ...event}: KeptEvent): void => {
			this.print(flags.json ? JSON.stringify({node, ...event}) : renderEvent(event, {colour}));
		};

		for (const event of events) {
			show(event);
		}

		if (!isRunning) {
			this.say(`no daemon answers: these events are what it left in '${flags['state-dir']}'`);
		}

		if (!flags.follow) {
			return;
		}

		for await (const event of eventsAfter(flags['run-dir'], events.at(-1))) {
			show(event);
		}

		this.say('the daemon closed the connection; is it still running? farmctl status');
	}
}
