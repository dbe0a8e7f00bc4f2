/** `farmctl checkers run`: looks for itself, without a daemon. */

import process from 'node:process';
import {Args} from '@oclif/core';
import {boolean} from '@oclif/core/flags';
import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import type {CheckReport} from '../../src/core/checkers/report.js';
import {checkRunSchema} from '../../src/core/checkers/schema.js';
import {loadFarm} from '../../src/edge/config/load.js';
import {exitCodes} from '../../src/errors.js';

export default class CheckersRun extends FarmCommand {
	static override summary = 'look what the checks find, here and now';
	static override description = `Probes the checks of the configuration by itself, beside a daemon or without one; nothing follows from what they find.
At their intervals until Ctrl-C, or with --once. Exit status: 0 all of them are up (the last result of each counts), 1 some are not.`;

	static override examples = ['<%= config.bin %> checkers run --once', '<%= config.bin %> checkers run web', '<%= config.bin %> checkers run --once --json web db'];
	static override usage = 'checkers run [NAME...] [FLAGS]';
	static override strict = false;
	static override args = {name: Args.string({ignoreStdin: true, description: 'a check of the configuration, or several (default: all)'})};
	static override flags = {
		...jsonFlag,
		schema: boolean({description: 'print the JSON Schema of --json instead'}),
		once: boolean({description: 'probe each once and tell all at the end'}),
	};

	async run(): Promise<void> {
		const {flags, argv} = await this.parse(CheckersRun);
		if (flags.schema) {
			this.printJson(checkRunSchema);
			return;
		}

		// Loaded here: --help needs none of it.
		const [{runChecks, runChecksOnce}, {renderFinding, renderFindings}, {isColoured}] = await Promise.all([
			import('../../src/cli/checkers/run.js'), import('../../src/cli/checkers/render.js'), import('../../src/cli/status/paint.js'),
		]);
		const {farm} = await loadFarm(flags.config);
		const options = {names: argv as string[], runDir: flags['run-dir']};
		const look = {width: process.stdout.columns, colour: isColoured(process.stdout)};
		if (farm.application.checks.length === 0) {
			this.say(`no checks are configured in the farm '${farm.name}'; farmctl.conf(5) shows how`);
		}

		if (!flags.once) {
			const told = (finding: CheckReport['results'][number]): void => {
				this.print(flags.json ? JSON.stringify(finding) : renderFinding(finding, look));
			};

			this.#end(await runChecks(farm, {...options, signal: interrupted(), told}));
			return;
		}

		const report = await runChecksOnce(farm, options);
		if (flags.json) {
			this.printJson(report);
		} else if (report.results.length > 0) {
			this.print(renderFindings(report.results, look));
		}

		this.#end(report);
	}

	#end({areUp}: CheckReport): void {
		this.end(areUp ? exitCodes.ok : exitCodes.no);
	}
}

function interrupted(): AbortSignal {
	const controller = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM'] as const) {
		process.once(name, () => {
			controller.abort();
		});
	}

	return controller.signal;
}
