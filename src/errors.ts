/**
The closed family of expected failures above the core. Each says what happened, to what, and what to type next; its class decides the exit
status of the contract (design, section 7). `src/cli/report.ts` is the one place that turns one into text, JSON and exit status.
*/

export const exitCodes = {
	ok: 0,
	no: 1,
	usage: 2,
	config: 3,
	system: 4,
	kernel: 5,
	daemon: 6,
	bug: 70,
} as const;

export type FailureOptions = {
	/** What to do about it, as something to type where that is possible. */
	readonly hint?: string;
	readonly cause?: unknown;
};

export abstract class Failure extends Error {
	/** What is thrown and is no `Failure` is a bug, and reported as one. */
	abstract readonly code: Exclude<keyof typeof exitCodes, 'ok' | 'no' | 'bug'>;
	readonly hint: string | undefined;

	constructor(message: string, {hint, cause}: FailureOptions = {}) {
		super(message, cause === undefined ? undefined : {cause});
		this.name = new.target.name;
		this.hint = hint;
	}

	get exitCode(): number {
		return exitCodes[this.code];
	}
}

/** The command line itself is wrong. */
export class UsageFailure extends Failure {
	readonly code = 'usage';
}

/** A file that the user wrote is wrong; `message` is the whole rendered list of problems. */
export class ConfigFailure extends Failure {
	readonly code = 'config';
	readonly problems: readonly unknown[];

	constructor(message: string, options: FailureOptions & {readonly problems?: readonly unknown[]} = {}) {
		super(message, options);
		this.problems = options.problems ?? [];
	}
}

/** The machine lacks something: rights, a program, a running daemon, an interface. */
export class SystemFailure extends Failure {
	readonly code = 'system';
}

/** The kernel refused what we asked. `errno` is its name, such as `EPERM`. */
export class KernelFailure extends Failure {
	readonly code = 'kernel';
	readonly errno: string;

	constructor(message: string, options: FailureOptions & {readonly errno: string}) {
		super(message, options);
		this.errno = options.errno;
	}
}

/** The daemon understood the request and refused it. */
export class DaemonFailure extends Failure {
	readonly code = 'daemon';
}
