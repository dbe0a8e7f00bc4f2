/** The process of a service, for a check of it: the unit's main process, or what the daemon supervises. */

import type {Service} from '../../core/model/application.js';
import {notedProcess} from '../services/leftovers.js';
import {pidOfUnit} from './unit.js';

/** Answers with the process id, or with why there is none. */
export const serviceProcesses = (services: readonly Service[], runDir: string) => async (name: string): Promise<number | string> => {
	const run = services.find(service => service.name === name)?.run;
	switch (run?.kind) {
		case undefined: {
			return 'there is no such service';
		}

		case 'unit': {
			return pidOfUnit(run.unit);
		}

		case 'command': {
			return notedProcess(runDir, name) ?? 'the daemon does not run it';
		}

		case 'scripts': {
			return 'it is run by scripts, and its process is not known';
		}
	}
};
