/** What looks at one thing that the application needs, again and again. `prober.ts` makes one for each type of check. */

import type {CheckResult} from '../../core/model/check-result.js';

export type Prober = {
	/** Looks once. Never rejects. Resolves soon after the signal is aborted, with a timeout that says how far it came; later only where the kernel or a program does not let go. */
	readonly probe: (signal: AbortSignal) => Promise<CheckResult>;
	/** For those that learn of changes by themselves: tells each as it happens, from the first probe on. */
	readonly watch?: (told: (result: CheckResult) => void) => void;
	/** Leaves nothing behind: no timer, no socket, no program. */
	readonly close: () => Promise<void>;
};

/** A result before it has been timed and its reason cut to one line. */
export type Finding = Omit<CheckResult, 'tookMs'>;

export const up = (reason: string, warning?: string): Finding => ({outcome: 'up', reason, ...warning !== undefined && {warning}});

export const down = (reason: string): Finding => ({outcome: 'down', reason});

export const timedOut = (reason: string): Finding => ({outcome: 'timeout', reason});
