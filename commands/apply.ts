/** `farmctl apply`: a new configuration on every node, or on none. */

import {string as stringArg} from '@oclif/core/args';
import {boolean, string} from '@oclif/core/flags';
import {askApply, askPlan, isAgreed, parseConfirm, parsePercent, readConfiguration} from '../src/cli/change.js';
import {FarmCommand, jsonFlag} from '../src/cli/farm-command.js';
import {renderApplied, renderPlan} from '../src/core/change/render-plan.js';
import {exitCodes} from '../src/errors.js';

export default class Apply extends FarmCommand {
	static override summary = 'change the configuration of the running farm';
	static override description = `Every live node checks the configuration first; only when all can follow it, all do, and it replaces their configuration files.
A node that cannot stops the whole before anything has changed. Exit status: 0 done, 1 not agreed to at the terminal, 6 refused.`;

	static override examples = ['<%= config.bin %> apply', '<%= config.bin %> apply ./farm.yaml --confirm 60s', '<%= config.bin %> apply ./farm.yaml --max-disruption 5% --yes'];
	static override args = {file: stringArg({name: 'FILE', description: 'the new configuration (default: --config)'})};
	static override flags = {
		...jsonFlag,
		local: boolean({description: 'on this node only'}),
		confirm: string({helpValue: 'DURATION', description: 'go back by itself after so long unless it is confirmed: farmctl config confirm'}),
		'max-disruption': string({helpValue: 'PERCENT', description: 'refuse when a larger part of a rule\'s clients would be touched'}),
		yes: boolean({char: 'y', description: 'do not ask at a terminal'}),
	};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(Apply);
		const wish = {isLocal: flags.local, confirmMs: parseConfirm(flags.confirm), disruptionMax: parsePercent(flags['max-disruption'])};
		const text = await readConfiguration(args.file ?? flags.config);
		const plan = await askPlan(flags['run-dir'], text);
		this.say(renderPlan(plan));
		if (!await isAgreed('apply it?', flags.yes)) {
			this.end(exitCodes.no);
			return;
		}

		const applied = await askApply(flags['run-dir'], {...wish, text});
		if (flags.json) {
			this.printJson(applied);
		} else {
			this.print(renderApplied(applied));
		}
	}
}
