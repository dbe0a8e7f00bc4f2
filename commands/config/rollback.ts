/** `farmctl config rollback`: applies a configuration of before on every node. */

import {integer} from '@oclif/core/args';
import {boolean, string} from '@oclif/core/flags';
import {askApply, askHistory, askPlan, isAgreed, parseConfirm, versionToGoBackTo} from '../../src/cli/change.js';
import {FarmCommand, jsonFlag} from '../../src/cli/farm-command.js';
import {renderApplied, renderPlan} from '../../src/core/change/render-plan.js';
import {exitCodes} from '../../src/errors.js';

export default class ConfigRollback extends FarmCommand {
	static override summary = 'apply a configuration of before';
	static override description = 'As apply does, on every node or on none; without a version the one before the newest.';
	static override examples = ['<%= config.bin %> config rollback', '<%= config.bin %> config rollback 3 --yes'];
	static override args = {version: integer({name: 'VERSION', min: 1, description: 'as farmctl config history counts them'})};
	static override flags = {
		...jsonFlag,
		confirm: string({helpValue: 'DURATION', description: 'go back by itself after so long unless it is confirmed: farmctl config confirm'}),
		yes: boolean({char: 'y', description: 'do not ask at a terminal'}),
	};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(ConfigRollback);
		const confirmMs = parseConfirm(flags.confirm);
		const {version, text} = versionToGoBackTo(await askHistory(flags['run-dir']), args.version);
		this.say(`version ${version}:\n${renderPlan(await askPlan(flags['run-dir'], text))}`);
		if (!await isAgreed('apply it?', flags.yes)) {
			this.end(exitCodes.no);
			return;
		}

		const applied = await askApply(flags['run-dir'], {text, isLocal: false, confirmMs, disruptionMax: undefined});
		if (flags.json) {
			this.printJson(applied);
		} else {
			this.print(renderApplied(applied));
		}
	}
}
