/** The daemon's place among the machine's processes: it needs little time, but within milliseconds, or its lease runs out and its share moves away. */

import {readdirSync} from 'node:fs';
import {constants, setPriority} from 'node:os';

/**
Asks for a high priority; an ordinary user may not have it, and then the daemon runs as it is. On Linux a priority is a thread's own (setpriority(2)),
and collecting garbage waits for helper threads: where they stood behind every other program, it took 200 ms on a busy machine.
*/
export function raisePriority(): void {
	try {
		for (const thread of readdirSync('/proc/self/task')) {
			setPriority(Number(thread), constants.priority.PRIORITY_HIGH);
		}
	} catch {
		// Inside a user namespace the right to raise it is the machine's, not the namespace's.
	}
}
