/** The daemon as a process: its log, its signals, and how it ends. */

import process from 'node:process';
import type {Level} from '../core/model/event.js';
import {startDaemon} from '../daemon/start.js';
import {createLog, type LogFormat} from '../edge/log/log.js';

/** The flags of `farmctl run`, by their names. */
export type RunFlags = {
	readonly config: string;
	readonly node?: string | undefined;
	readonly 'run-dir': string;
	readonly 'state-dir': string;
	readonly 'log-level': Level;
	readonly 'log-format': LogFormat | 'auto';
};

/** Runs the daemon until it has stopped. Rejects with the failure of a part that could not be had, and with the first error that nobody expected. */
export async function serve(flags: RunFlags, version: string): Promise<void> {
	const format = flags['log-format'] === 'auto' ? (process.stderr.isTTY ? 'human' : 'json') : flags['log-format'];
	process.title = 'farmctl';
	// A reader of the log that goes away takes the log with it, not the daemon.
	process.stderr.on('error', () => undefined);
	let isStopAsked = false;
	let stop = (): void => {
		isStopAsked = true;
	};

	let leave = (): void => undefined;
	let reload = (): void => undefined;
	const askToStop = (): void => {
		stop();
	};

	process.on('SIGTERM', askToStop);
	process.on('SIGINT', askToStop);
	process.on('SIGUSR2', () => {
		leave();
	});
	process.on('SIGHUP', () => {
		reload();
	});
	const daemon = await startDaemon({
		configPath: flags.config,
		nodeName: flags.node,
		runDir: flags['run-dir'],
		stateDir: flags['state-dir'],
		version,
		log: createLog({format, level: flags['log-level']}),
	});
	stop = () => {
		daemon.stop();
	};

	leave = () => {
		daemon.leave();
	};

	reload = () => {
		void daemon.reload();
	};

	if (isStopAsked) {
		stop();
	}

	await Promise.race([daemon.done, bugs()]);
}

/** Rejects with the first error that nobody expected: the daemon ends, its lease runs out, and its peers take over. */
const bugs = async (): Promise<never> => new Promise((_resolve, reject) => {
	process.on('uncaughtException', reject);
	process.on('unhandledRejection', reject);
});
