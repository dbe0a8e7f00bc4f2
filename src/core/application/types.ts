/**
What goes into the application's life and what comes out of it. `step` in this folder is the only thing that reads one and writes the other.

	step(state, input, now) -> {state, effects}

The caller carries the effects out in the order given. Each order to start something has a run number, and what is told about it later carries that number
back, so that late news of an earlier run is known as such. Time-outs of services, hooks and handlers that end badly are judged here; no part that
carries an order out needs a clock for it.
*/

import type {ApplicationClaim, ApplicationStanding} from '../model/application-claim.js';
import type {ApplicationConfig, Check, Command, HookName, Service} from '../model/application.js';
import type {CheckResult} from '../model/check-result.js';
import type {FarmEvent} from '../model/event.js';

/**
What the operator wants. `serve`: services run and take their share. `drain`: they run, and take none; membership sees to that. `stop`: they do not run.
`leave`: the daemon ends, so they stop, and nothing comes after.
*/
export type ApplicationWish = 'serve' | 'drain' | 'stop' | 'leave';

/** Hooks that the life of the application waits for. The others, `on-state` and `on-farm`, follow membership and are none of its business. */
export type LifeHook = Exclude<HookName, 'on-state' | 'on-farm'>;

export type ApplicationSettings = {
	readonly application: ApplicationConfig;
	/** So long an automatic action waits for established connections to end before they are cut. */
	readonly drainMs: number;
};

export type CountedAction = 'restart' | 'stopstart' | 'handler';

/** One automatic action that counted. */
export type RememberedAction = {
	readonly action: CountedAction;
	/** Such as `check web` or `service web`. */
	readonly subject: string;
	readonly reason: string;
	/** How long ago it was, when this was told. */
	readonly ageMs: number;
};

/** What outlives the daemon. */
export type RememberedApplication = {
	/** Oldest first. */
	readonly actions: readonly RememberedAction[];
	/** Why the node stays stopped until an operator starts it; empty when nothing keeps it. */
	readonly held: string;
	/** Names of checks that an operator disabled. */
	readonly disabled: readonly string[];
};

export type ApplicationInput =
	/**
	The first input. `running`: names of services that were found to run, which are adopted (their run is 0). `isServing`: this node serves clients already, as when
	a configuration brings its first service: it goes on where too few others are well.
	*/
	| {
		readonly kind: 'begin'; readonly isServing: boolean; readonly wanted: Exclude<ApplicationWish, 'leave'>; readonly running: readonly string[]; readonly remembered: RememberedApplication;
	}
	/** An operator's order, also when it is not a new one: `serve` forgets the automatic actions and what held the node. */
	| {readonly kind: 'wanted'; readonly wanted: ApplicationWish}
	/**
	What membership made of the claim with the number `answers`; told after each claim, and whenever it changes. `othersServe`: another live node serves.
	`othersUnwell`: the application of another live node is out, or unwell: what is wrong may be what all depend on.
	*/
	| {readonly kind: 'standing'; readonly standing: ApplicationStanding; readonly answers: number; readonly othersServe: boolean; readonly othersUnwell: boolean}
	/**
	`started` or `failed` answers a start, `stopped` a stop or kill (once, also when both were ordered). `exited`: nobody asked. `detail`: one line, printable,
	of bounded length, such as how it ended.
	*/
	| {readonly kind: 'service'; readonly name: string; readonly run: number; readonly outcome: ServiceOutcome; readonly detail: string}
	| {readonly kind: 'check'; readonly name: string; readonly run: number; readonly result: CheckResult}
	/** `done`: it ended with 0. */
	| {readonly kind: 'hook'; readonly name: LifeHook; readonly run: number; readonly outcome: ProgramOutcome; readonly detail: string}
	| {readonly kind: 'handler'; readonly check: string; readonly run: number; readonly outcome: ProgramOutcome; readonly detail: string}
	/** An operator disables checks or enables them again; no names for all. */
	| {readonly kind: 'checks'; readonly names: readonly string[]; readonly isEnabled: boolean}
	| {readonly kind: 'configure'; readonly settings: ApplicationSettings}
	/** `nextDeadline` is reached. */
	| {readonly kind: 'tick'};

export type ServiceOutcome = 'started' | 'failed' | 'stopped' | 'exited';

export type ProgramOutcome = 'done' | 'failed' | 'timeout';

export type ApplicationEffect =
	/** For membership. `number` comes back with its standing. */
	| {readonly kind: 'claim'; readonly claim: ApplicationClaim; readonly number: number}
	/** `stop`: graceful, also of one that is starting yet. `kill`: at once and with all that it started. */
	| {readonly kind: 'service'; readonly verb: 'start' | 'stop' | 'kill'; readonly service: Service; readonly run: number}
	/** Probe from now on, at once for the first time. Never of a check of the type `expression`. */
	| {readonly kind: 'check'; readonly verb: 'begin'; readonly check: Check; readonly run: number}
	| {readonly kind: 'check'; readonly verb: 'end'; readonly name: string}
	/** Run, with at most `timeoutMs`, in the environment of hooks. */
	| {readonly kind: 'handler'; readonly check: string; readonly command: Command; readonly run: number; readonly timeoutMs: number; readonly reason: string}
	/** Run, in the queue of hooks, with at most `timeoutMs`; answered by an input. */
	| {readonly kind: 'hook'; readonly name: LifeHook; readonly command: Command; readonly run: number; readonly timeoutMs: number; readonly reason: string}
	| {readonly kind: 'event'; readonly event: FarmEvent}
	/** Write this down. */
	| {readonly kind: 'remember'; readonly remembered: RememberedApplication}
	/** After `leave`: nothing runs any more, or nothing more can be done about it. */
	| {readonly kind: 'stopped'};
