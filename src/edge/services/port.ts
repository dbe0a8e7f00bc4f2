/** A service of this machine: what starts it, stops it and tells that it has died. Nothing here decides when. */

import type {Service} from '../../core/model/application.js';

/** Of a start or a stop. */
export type ServiceOutcome = {
	readonly hasSucceeded: boolean;
	/** One line, printable, such as `pid 123` or how it ended; may be empty. */
	readonly reason: string;
};

/** One of them at a time, but for a `stop`, which ends a `start` that is under way, and a `kill`. None of them rejects. */
export type ServiceControl = {
	/** Whether it runs already; from then on its death is told. */
	readonly adopt: () => Promise<boolean>;
	/** Comes to an end within the service's time for starting and what it takes to end what has begun; where it failed, a `stop` ends what is left of it. */
	readonly start: () => Promise<ServiceOutcome>;
	/** Asks first and forces after the service's time for stopping. One that does not run is stopped. */
	readonly stop: () => Promise<ServiceOutcome>;
	/** As `stop`, at once; also while a `stop` is under way, which then ends too. */
	readonly kill: () => Promise<ServiceOutcome>;
	/** Its main process, where it is known and lives. */
	readonly pid: () => number | undefined;
	/** The daemon ends: a supervised command ends with it, anything else is left as it is. Nothing is told any more. */
	readonly leave: () => Promise<void>;
};

export type ServiceParts = {
	/** Besides the daemon's own. */
	readonly environment: Readonly<Record<string, string>>;
	/** It has ended and nobody stopped it. */
	readonly died: (reason: string) => void;
	/** What it prints. */
	readonly line: (line: string) => void;
	/** Takes the output of what lives on without a daemon; in a folder that may have to be made. */
	readonly outputFile: string;
	/** Calls back when the process has ended, at once where there is none; returns how to stop. */
	readonly watchProcess: (pid: number, gone: () => void) => () => void;
	/** Notes which process is the service, so that the next daemon finds it when this one crashes. */
	readonly note: (pid: number | undefined) => void;
};

export type OpenService<Kind extends Service['run']['kind']> = Service & {readonly run: Extract<Service['run'], {readonly kind: Kind}>};
