/** A service of this machine, of whichever kind it is configured as. */

import type {Service} from '../../core/model/application.js';
import {createCommandService} from './command.js';
import type {ServiceControl, ServiceParts} from './port.js';
import {createScriptsService} from './scripts.js';
import {createUnitService} from './unit.js';

export function createService(service: Service, parts: ServiceParts): ServiceControl {
	const {run} = service;
	switch (run.kind) {
		case 'unit': {
			return createUnitService({...service, run}, parts);
		}

		case 'command': {
			return createCommandService({...service, run}, parts);
		}

		case 'scripts': {
			return createScriptsService({...service, run}, parts);
		}
	}
}
