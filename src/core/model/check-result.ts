/** What one look of a check found. */

/** A timeout counts as a failure and is told apart. */
export type CheckOutcome = 'up' | 'down' | 'timeout';

export type CheckResult = {
	readonly outcome: CheckOutcome;
	/** One line, printable, of bounded length. */
	readonly reason: string;
	readonly tookMs: number;
	/** Shown, never a failure: such as a certificate that is about to expire. */
	readonly warning?: string;
	/** The kernel told it, as the death of a process: one such result is enough, whatever `fall` says. */
	readonly isCertain?: boolean;
};
