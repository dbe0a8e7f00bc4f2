/** `farmctl checkers disable`: checks do nothing until they are enabled again. */

import {ChecksCommand, checksArgument, checksFlags} from '../../src/cli/checkers/checks-command.js';

export default class CheckersDisable extends ChecksCommand {
	static override summary = 'let checks do nothing, for maintenance';
	static override description = 'Nothing is looked at and nothing follows, over restarts of the daemon and the machine, until: farmctl checkers enable. What waits for such a check goes on as if it '
		+ 'were up. The farm is told to be degraded meanwhile.';

	static override usage = 'checkers disable CHECK... [FLAGS]';
	static override examples = ['<%= config.bin %> checkers disable db', '<%= config.bin %> checkers disable db --all', '<%= config.bin %> checkers disable --every'];
	static override strict = false;
	static override args = {check: checksArgument};
	static override flags = checksFlags;

	async run(): Promise<void> {
		const {flags, argv} = await this.parse(CheckersDisable);
		await this.enable(argv as string[], flags, false);
	}
}
