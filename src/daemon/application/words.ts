/** What the daemon and the thread of its application tell each other: plain data, as no class survives the way between threads. */

import type {ApplicationInput, ApplicationSettings, ApplicationWish} from '../../core/application/types.js';
import type {HookEnvironment} from '../../core/hooks/environment.js';
import type {ApplicationClaim} from '../../core/model/application-claim.js';
import type {FarmEvent} from '../../core/model/event.js';
import type {StatusApplication} from '../../core/status/application.js';

/** What the thread begins with. */
export type ApplicationTask = {
	readonly settings: ApplicationSettings;
	readonly wanted: Exclude<ApplicationWish, 'leave'>;
	readonly farm: string;
	readonly node: string;
	readonly runDir: string;
	readonly stateDir: string;
	readonly configPath: string;
	/** Whether the machine has booted since the daemon ran before. */
	readonly isAfterBoot: boolean;
	/** Whether this node serves clients now. */
	readonly isServing: boolean;
};

/** To the thread. */
export type ApplicationWord =
	| {readonly kind: 'input'; readonly input: ApplicationInput}
	| {readonly kind: 'describe'; readonly question: number}
	/** For the hooks of the farm and the node. */
	| {readonly kind: 'happened'; readonly name: 'on-state' | 'on-farm'; readonly variables: HookEnvironment}
	/** End: with the services that live on without a daemon left as they are. */
	| {readonly kind: 'leave'}
	/** End: what runs is killed. */
	| {readonly kind: 'kill'};

/** From the thread. */
export type ApplicationNotice =
	| {readonly kind: 'claim'; readonly claim: ApplicationClaim; readonly number: number}
	| {readonly kind: 'event'; readonly event: FarmEvent}
	/** What a service prints. */
	| {readonly kind: 'output'; readonly service: string; readonly line: string}
	| {readonly kind: 'described'; readonly question: number; readonly application: StatusApplication}
	/** All that it shall end has ended; the thread has nothing left to do. */
	| {readonly kind: 'ended'};
