/** What a status says of the application: services, checks with their last results, and what was done about them by itself. */

import type {Check, CheckAction, ServiceRun, Probe} from '../model/application.js';
import type {CheckOutcome} from '../model/check-result.js';

/** A status carries this many of the last results of each check, oldest first. */
export const statusResultsMax = 10;

export type ServiceState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';

export type StatusService = {
	readonly name: string;
	readonly kind: ServiceRun['kind'];
	/** The unit, or the command that starts it. */
	readonly runs: string;
	readonly state: ServiceState;
	/** Of its main process, where the daemon knows it. */
	readonly pid?: number;
	/** How long it has been so; absent where nobody knows. */
	readonly sinceMs?: number;
	/** Why it is so, where it is not as it should be. */
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
	/** Who disabled it. */
	readonly disabledBy?: string;
	/** `unknown` before enough results, and while it does not run. */
	readonly state: 'up' | 'down' | 'unknown';
	/** How long it has been so; absent where it never was anything else. */
	readonly sinceMs?: number;
	/** Such as a certificate that is about to expire. */
	readonly warning?: string;
	/** At most `statusResultsMax`. */
	readonly results: readonly StatusCheckResult[];
};

export type StatusAction = {
	readonly at: string;
	readonly action: CheckAction;
	/** The check or the service it was about. */
	readonly of: string;
	readonly reason: string;
};

export type StatusApplication = {
	/** In the order in which they start. */
	readonly services: readonly StatusService[];
	readonly checks: readonly StatusCheck[];
	/** Automatic actions that count, oldest first, and how many are allowed within how long. */
	readonly actions: {readonly done: readonly StatusAction[]; readonly max: number; readonly withinMs: number};
	/** Hooks and notices that have not been delivered yet. */
	readonly hooksWaiting: number;
};
