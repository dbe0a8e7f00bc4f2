/** The checks for `farmctl checkers list`: the daemon knows how they are, the configuration only what they are. */

import {checkListSchemaName, configuredList, type CheckList} from '../../core/checkers/list.js';
import {loadFarm} from '../../edge/config/load.js';
import {SystemFailure} from '../../errors.js';
import {readStatus} from '../status/read-status.js';

/** Rejects with a ConfigFailure where no daemon answers and the configuration is wrong. */
export async function listChecks({config, runDir}: {readonly config: string; readonly runDir: string}): Promise<CheckList> {
	try {
		const {farm, application} = await readStatus(runDir);
		return {schema: checkListSchemaName, source: 'daemon', farm, checks: application?.checks ?? []};
	} catch (error) {
		if (!(error instanceof SystemFailure)) {
			throw error;
		}

		const {farm} = await loadFarm(config);
		return configuredList(farm);
	}
}
