import process from 'node:process';
import {option} from '@oclif/core/flags';
import {FarmCommand} from '../src/cli/farm-command.js';
import type {Level} from '../src/core/model/event.js';
import {startDaemon} from '../src/daemon/start.js';
import {createLog, type LogFormat} from '../src/edge/log/log.js';

export default class Run extends FarmCommand {
	static override summary = 'run the daemon in the foreground: VIPs, rules, heartbeat; what a service manager starts';
	static override description = `Serves until SIGTERM or SIGINT, then hands its slots over and lets established connections finish; a second signal ends it at once.
SIGHUP takes over from the configuration what can change live, and says what cannot.`;

	static override examples = ['<%= config.bin %> run', '<%= config.bin %> run --config ./farm.yaml --node web1 --run-dir /run/farmctl-web1'];

	static override flags = {
		'log-level': option({options: ['debug', 'info', 'warning', 'error'] as const satisfies readonly Level[]})({
			default: 'info', description: 'the least important events that are written',
		}),
		'log-format': option({options: ['auto', 'human', 'json'] as const satisfies ReadonlyArray<LogFormat | 'auto'>})({
			default: 'auto', description: 'auto: for people on a terminal, JSON otherwise',
		}),
	};

	async run(): Promise<void> {
		const {flags} = await this.parse(Run);
		const format = flags['log-format'] === 'auto' ? (process.stderr.isTTY ? 'human' : 'json') : flags['log-format'];
		process.title = this.config.bin;
		// A reader of the log that goes away takes the log with it, not the daemon.
		process.stderr.on('error', () => undefined);
		let isStopAsked = false;
		let stop = (): void => {
			isStopAsked = true;
		};

		let reload = (): void => undefined;
		const askToStop = (): void => {
			stop();
		};

		process.on('SIGTERM', askToStop);
		process.on('SIGINT', askToStop);
		process.on('SIGHUP', () => {
			reload();
		});
		const daemon = await startDaemon({
			configPath: flags.config,
			nodeName: flags.node,
			runDir: flags['run-dir'],
			version: this.config.version,
			log: createLog({format, level: flags['log-level']}),
		});
		stop = () => {
			daemon.stop();
		};

		reload = () => {
			void daemon.reload();
		};

		if (isStopAsked) {
			stop();
		}

		await Promise.race([daemon.done, bugs()]);
	}
}

/** Rejects with the first error that nobody expected: the daemon ends, its lease runs out, and its peers take over. */
const bugs = async (): Promise<never> => new Promise((_resolve, reject) => {
	process.on('uncaughtException', reject);
	process.on('unhandledRejection', reject);
});
