/** `farmctl checkers enable`: checks that were disabled count again. */

import {ChecksCommand, checksArgument, checksFlags} from '../../src/cli/checkers/checks-command.js';

export default class CheckersEnable extends ChecksCommand {
	static override summary = 'let checks that were disabled count again';
	static override description = 'They begin anew, as after a start.';
	static override usage = 'checkers enable CHECK... [FLAGS]';
	static override examples = ['<%= config.bin %> checkers enable db', '<%= config.bin %> checkers enable --every --all'];
	static override strict = false;
	static override args = {check: checksArgument};
	static override flags = checksFlags;

	async run(): Promise<void> {
		const {flags, argv} = await this.parse(CheckersEnable);
		await this.enable(argv as string[], flags, true);
	}
}
