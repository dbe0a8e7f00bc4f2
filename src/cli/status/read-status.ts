/** The running daemon's snapshot, checked to be one that this farmctl understands. */

import {statusSchemaVersion, type Status} from '../../core/status/status.js';
import {requestStatus} from '../../edge/control/client.js';
import {SystemFailure} from '../../errors.js';

/** Asks the daemon of the run directory. Rejects with a SystemFailure when none answers or it is of another age. */
export async function readStatus(runDir: string): Promise<Status> {
	const status = await requestStatus(runDir);
	const {schema} = (status ?? {}) as {readonly schema?: unknown};
	if (schema !== statusSchemaVersion) {
		throw new SystemFailure(`the daemon answers status schema ${JSON.stringify(schema) ?? 'none'}, this farmctl reads ${statusSchemaVersion}`, {
			hint: 'farmctl was updated and its daemon runs on: stop the daemon, then start it: farmctl run',
		});
	}

	return status;
}
