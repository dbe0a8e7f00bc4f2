/** What a node does when its daemon starts, by what it remembers and whether the machine was booted in between. */

import type {ApplicationConfig} from '../model/application.js';
import type {ApplicationWish} from './types.js';

export type Resumed = {
	readonly wanted: Exclude<ApplicationWish, 'leave'>;
	/** Why it stays stopped until an operator starts it; empty when nothing keeps it. */
	readonly held: string;
};

export const bootStayText = 'the machine was booted, and \'boot: stay\' leaves the start to an operator';

/** After a boot as configured, otherwise as it was. */
export function resumed(remembered: Resumed, boot: ApplicationConfig['boot'], isAfterBoot: boolean): Resumed {
	if (!isAfterBoot || boot === 'as-before') {
		return remembered;
	}

	return boot === 'start' ? {wanted: 'serve', held: ''} : {...remembered, held: remembered.held === '' ? bootStayText : remembered.held};
}
