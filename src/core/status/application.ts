/** What a status says of the application: services, checks with their last results, and what was done about them by itself. */

import type {Life} from '../application/life.js';
import type {Check, CheckAction, ServiceRun, Probe} from '../model/application.js';
import type {CheckOutcome} from '../model/check-result.js';

/** A status carries this many of the last results of each check, oldest first. */
export const statusResultsMax = 10;

/** `killing`: it did not stop in its time. `stuck`: it was killed, and is there all the same. `failed`: it exited, or did not start. */
export type StatusServiceState = 'stopped' | 'starting' | 'running' | 'stopping' | 'killing' | 'stuck' | 'failed';

export type StatusService = {
	readonly name: string;
	readonly kind: ServiceRun['kind'];
	/** The unit, or the command that starts it. */
	readonly runs: string;
	readonly state: StatusServiceState;
	/** How long it has been so. */
	readonly sinceMs: number;
	/** What was told about it last. */
	readonly reason?: string;
};

export type StatusCheckResult = {
	/** Wall time, ISO 8601 in UTC with milliseconds. */
	readonly at: string;
	readonly outcome: CheckOutcome;
	readonly tookMs: number;
	readonly reason: string;
};

export type StatusCheck = {
	readonly name: string;
	readonly type: Probe['type'];
	/** What it looks at. */
	readonly looksAt: string;
	readonly when: Check['when'];
	readonly action: CheckAction;
	/** False while an operator has disabled it: it does nothing then, and nothing follows from it. */
	readonly isEnabled: boolean;
	/** Whether it is probed now. */
	readonly isBegun: boolean;
	/** `unknown` before enough results. */
	readonly state: 'up' | 'down' | 'unknown';
	/** How long it has been so. */
	readonly sinceMs: number;
	/** Such as a certificate that is about to expire. */
	readonly warning?: string;
	/** At most `statusResultsMax`. */
	readonly results: readonly StatusCheckResult[];
};

export type StatusAction = {
	readonly at: string;
	readonly action: 'restart' | 'stopstart' | 'handler';
	/** What it was about, such as `check web`. */
	readonly subject: string;
	readonly reason: string;
};

export type StatusApplication = {
	/** Where its life is, how long already. */
	readonly life: Life;
	readonly sinceMs: number;
	/** Why it stays stopped until an operator starts it; absent when nothing keeps it. */
	readonly held?: string;
	/** In the order in which they start. */
	readonly services: readonly StatusService[];
	readonly checks: readonly StatusCheck[];
	/** Automatic actions that count, oldest first, and how many are allowed within how long. */
	readonly actions: {readonly done: readonly StatusAction[]; readonly max: number; readonly withinMs: number};
};
