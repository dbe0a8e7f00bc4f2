/** The daemon's place among the machine's processes: it needs little time, but within milliseconds, or its lease runs out and its share moves away. */

import {constants, setPriority} from 'node:os';

/** Asks for a high priority; an ordinary user may not have it, and then the daemon runs as it is. */
export function raisePriority(): void {
	try {
		setPriority(constants.priority.PRIORITY_HIGH);
	} catch {
		// Inside a user namespace the right to raise it is the machine's, not the namespace's.
	}
}
