/** The state of the application's life: readonly JSON data. */

import type {ApplicationClaim, ApplicationStanding} from '../model/application-claim.js';
import type {Check, CheckAction, Service} from '../model/application.js';
import type {CheckResult} from '../model/check-result.js';
import {monoMs, type MonoMs} from '../model/time.js';
import type {Verdict} from './expression.js';
import type {Life} from './life.js';
import type {ApplicationSettings, ApplicationWish, CountedAction, LifeHook} from './types.js';

/** `stuck`: it was killed, and is there all the same. */
export type ServiceStatus = 'stopped' | 'starting' | 'running' | 'stopping' | 'killing' | 'stuck';

export type ServiceState = {
	/** As it was when it was started, which the configuration may have overtaken. */
	readonly service: Service;
	readonly status: ServiceStatus;
	/** Of the last start; 0 for none, or for one that ran before this daemon. */
	readonly run: number;
	/** Since when it has that status. */
	readonly since: MonoMs;
	/** What was told about it last; empty for nothing. */
	readonly detail: string;
	/** It exited, failed or did not start in time, and nothing has been done about it; empty for none. */
	readonly failure: string;
};

/** So many of the last results are kept for each check. */
export const resultsKept = 10;

export type TimedResult = CheckResult & {readonly at: MonoMs};

export type CheckState = {
	readonly check: Check;
	readonly isDisabled: boolean;
	/** Whether it is probed now. */
	readonly isBegun: boolean;
	/** Of the last begin. */
	readonly run: number;
	readonly verdict: Verdict;
	/** Since when the verdict is that. */
	readonly since: MonoMs;
	/** Of the result that made the verdict; empty for none. */
	readonly reason: string;
	/** Whether results made the verdict, and not what it is held to be before them. */
	readonly isEarned: boolean;
	/** Results in a row that speak alike. */
	readonly streak: {readonly isUp: boolean; readonly count: number};
	/** Oldest first. */
	readonly results: readonly TimedResult[];
};

export type Subject = {readonly kind: 'service' | 'check' | 'hook' | 'configuration'; readonly name: string};

/** What is to be done, or is being done, because something is not well. */
export type Recovery = {
	/** `configure`: services that changed are started anew; it does not count. */
	readonly action: Exclude<CheckAction, 'none'> | 'configure';
	readonly subject: Subject;
	readonly reason: string;
	readonly since: MonoMs;
	/** The application is dead: clients go elsewhere at once. */
	readonly isDropping: boolean;
	/** A handler: `due` before it, `running`, and then `verifying` until the check has a verdict. */
	readonly phase: 'due' | 'running' | 'verifying';
	/** Not before. */
	readonly dueAt: MonoMs;
};

/** Where STARTING, STOPPING and DRAINING are. DRAINING: established connections are `retaining` their node, or `dropping` it. */
export type LifeStep = 'pause' | 'before-start' | 'services' | 'after-start' | 'checks' | 'before-stop' | 'after-stop' | 'retaining' | 'dropping' | 'none';

export type PastAction = {readonly action: CountedAction; readonly subject: string; readonly reason: string; readonly at: MonoMs};

export type HookRun = {readonly name: LifeHook; readonly run: number; readonly untilAt: MonoMs};

export type HandlerRun = {readonly check: string; readonly run: number; readonly untilAt: MonoMs};

export type ApplicationState = {
	readonly settings: ApplicationSettings;
	/** Adopted when no service runs that it changes. */
	readonly nextSettings: ApplicationSettings | undefined;
	readonly isBegun: boolean;
	/** This node served when its application's life began, and the life has not been UP since: whatever answered its clients does so still. */
	readonly isServedAlready: boolean;
	readonly life: Life;
	/** Since when it is in that state. */
	readonly since: MonoMs;
	readonly step: LifeStep;
	/** Of that step. */
	readonly stepSince: MonoMs;
	readonly wanted: ApplicationWish;
	/** Why the node stays stopped until an operator starts it; empty when nothing keeps it. */
	readonly held: string;
	/** Every service was started, and none has been told to stop since: checks of `up` are probed. */
	readonly isRunning: boolean;
	/** It was UP since the services were started. */
	readonly hasServed: boolean;
	/** In the order of the configuration. */
	readonly services: readonly ServiceState[];
	readonly checks: readonly CheckState[];
	readonly nextRun: number;
	readonly hook: HookRun | undefined;
	readonly handler: HandlerRun | undefined;
	/** Why the hook before the start failed, and nothing has been done about it; empty for none. */
	readonly hookFailure: string;
	/** How far the hooks are: `begun` after before-start, `done` after after-start; back again with before-stop and after-stop. */
	readonly prepared: 'no' | 'begun' | 'done';
	readonly recovery: Recovery | undefined;
	/** Checks for which a node that is kept has been restarted in vain: down as they are, they close the traffic no more until they are up again. */
	readonly excused: readonly string[];
	/** Automatic actions that count, oldest first. */
	readonly actions: readonly PastAction[];
	/** A start waits until then. */
	readonly pauseUntil: MonoMs | undefined;
	/** When checks that are not up yet have had their time after a start. */
	readonly checksDueAt: MonoMs | undefined;
	readonly claim: ApplicationClaim | undefined;
	readonly claimNumber: number;
	readonly standing: {readonly standing: ApplicationStanding; readonly answers: number; readonly othersServe: boolean; readonly othersUnwell: boolean};
	/** Since when it has its share, or some of it; undefined while it has none. */
	readonly servesSince: MonoMs | undefined;
	readonly steppedAt: MonoMs;
};

/** An application before its first input. */
export function createApplication(settings: ApplicationSettings, now: MonoMs): ApplicationState {
	const {services, checks} = settings.application;
	return {
		settings, nextSettings: undefined, isBegun: false, isServedAlready: false, life: 'STOP', since: now, step: 'none', stepSince: now, wanted: 'stop', held: '', isRunning: false, hasServed: false,
		services: services.map(service => freshService(service, now)), checks: checks.map(check => freshCheck(check, now)), nextRun: 1, hook: undefined, hookFailure: '',
		handler: undefined, prepared: 'no', recovery: undefined, excused: [], actions: [], pauseUntil: undefined, checksDueAt: undefined, claim: undefined,
		claimNumber: 0, standing: {standing: 'out', answers: 0, othersServe: false, othersUnwell: false}, servesSince: undefined, steppedAt: monoMs(now),
	};
}

export const freshService = (service: Service, now: MonoMs): ServiceState => ({
	service, status: 'stopped', run: 0, since: now, detail: '', failure: '',
});

export const freshCheck = (check: Check, now: MonoMs): CheckState => ({
	check, isDisabled: false, isBegun: false, run: 0, verdict: 'unknown', since: now, reason: '', isEarned: false, streak: {isUp: false, count: 0}, results: [],
});
