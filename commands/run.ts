import {option} from '@oclif/core/flags';
import {FarmCommand, stateDirFlag} from '../src/cli/farm-command.js';
import {serve} from '../src/cli/serve.js';
import type {Level} from '../src/core/model/event.js';
import type {LogFormat} from '../src/edge/log/log.js';

export default class Run extends FarmCommand {
	static override summary = 'run the daemon in the foreground: VIPs, rules, heartbeat; what a service manager starts';
	static override description = `Serves until SIGTERM or SIGINT, then hands its slots over and lets established connections finish; a second signal ends it at once.
SIGHUP takes over from the configuration what can change live, and says what cannot.
SIGUSR2 ends it for the next one to follow at once, such as a new version: no connection breaks.`;

	static override examples = ['<%= config.bin %> run', '<%= config.bin %> run --config ./farm.yaml --node web1 --run-dir /run/farmctl-web1'];

	static override flags = {
		...stateDirFlag,
		'log-level': option({options: ['debug', 'info', 'warning', 'error'] as const satisfies readonly Level[]})({
			default: 'info', description: 'the least important events that are written',
		}),
		'log-format': option({options: ['auto', 'human', 'json'] as const satisfies ReadonlyArray<LogFormat | 'auto'>})({
			default: 'auto', description: 'auto: for people on a terminal, JSON otherwise',
		}),
	};

	async run(): Promise<void> {
		const {flags} = await this.parse(Run);
		await serve(flags, this.config.version);
	}
}
