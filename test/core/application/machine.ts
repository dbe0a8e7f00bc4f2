/**
A machine for the application's life, in virtual time: services that start, stop, die and hang, checks that are probed, hooks and handlers that run, and a
membership that answers claims. What it is told to do wrong it does wrong. It watches that no service is stopped, and none is dead, while clients are let in.
*/

import {nextDeadline} from '../../../src/core/application/deadline.js';
import {createApplication, type ApplicationState} from '../../../src/core/application/state.js';
import {step} from '../../../src/core/application/step.js';
import type {ApplicationEffect, ApplicationInput, ApplicationSettings, ApplicationWish, ProgramOutcome, RememberedApplication} from '../../../src/core/application/types.js';
import {dropPatienceMs} from '../../../src/core/application/serving.js';
import type {ApplicationClaim, ApplicationStanding} from '../../../src/core/model/application-claim.js';
import type {CheckOutcome} from '../../../src/core/model/check-result.js';
import {monoMs} from '../../../src/core/model/time.js';

type Due = {readonly at: number; readonly order: number; readonly run: () => void};

export type Behaviour = {
	/** How a start of the service ends. */
	readonly start: Record<string, 'runs' | 'fails' | 'hangs' | 'exits'>;
	/** Which order it takes to end it. */
	readonly stop: Record<string, 'stops' | 'needs-kill' | 'never'>;
	/** What a probe finds; `up` where nothing is said. */
	readonly health: Record<string, CheckOutcome>;
	readonly hooks: Record<string, ProgramOutcome | 'never'>;
	readonly handlers: Record<string, ProgramOutcome | 'never'>;
};

export type Farm = {
	othersServe: boolean;
	othersUnwell: boolean;
	/** Too few others are well: a guarded claim is not followed. */
	isKeeping: boolean;
	/** An operator drained this node. */
	isResting: boolean;
	/** How long clients keep their connections; none for ever. */
	connectionsMs: number | undefined;
	/** Membership answers nothing. */
	isSilent: boolean;
};

const startMs = 200;
const stopMs = 100;
const programMs = 50;
const answerMs = 3;
const probeMs = 2;

export const nothingRemembered: RememberedApplication = {actions: [], held: '', disabled: []};

export class Machine {
	now = 0;
	state: ApplicationState;
	/** All effects since the beginning, each with its time. */
	readonly log: Array<ApplicationEffect & {readonly at: number}> = [];
	readonly faults: string[] = [];
	readonly does: Behaviour = {start: {}, stop: {}, health: {}, hooks: {}, handlers: {}};
	readonly farm: Farm = {othersServe: true, othersUnwell: false, isKeeping: false, isResting: false, connectionsMs: 300, isSilent: false};
	/** The run of each service that lives. */
	readonly alive = new Map<string, number>();
	standing: ApplicationStanding = 'out';
	readonly #queue: Due[] = [];
	#order = 0;
	#claim: ApplicationClaim | undefined;
	#claimNumber = 0;
	#droppedAt = Infinity;
	/** It leaves, and clients keep it. */
	#isHeld = false;
	readonly #probed = new Map<string, number>();

	/** `outside`: told of claims instead of the membership here, which answers no more; `hear` brings its answers. */
	readonly #outside: ((claim: ApplicationClaim) => void) | undefined;

	constructor(settings: ApplicationSettings, outside?: (claim: ApplicationClaim) => void) {
		this.state = createApplication(settings, monoMs(0));
		this.#outside = outside;
	}

	/** What another membership makes of the last claim. */
	hear(standing: ApplicationStanding, farm: Pick<Farm, 'othersServe' | 'othersUnwell'>): void {
		this.standing = standing;
		Object.assign(this.farm, farm);
		this.#tellStanding();
	}

	begin(wanted: Exclude<ApplicationWish, 'leave'> = 'serve', remembered: RememberedApplication = nothingRemembered, isServing = false): this {
		this.feed({kind: 'begin', wanted, isServing, running: [...this.alive.keys()], remembered});
		return this;
	}

	/** One that runs before the daemon does. */
	found(...names: readonly string[]): this {
		for (const name of names) {
			this.alive.set(name, 0);
		}

		return this;
	}

	feed(input: ApplicationInput): this {
		const {state, effects} = step(this.state, input, monoMs(this.now));
		this.state = state;
		this.#watch();
		for (const effect of effects) {
			this.log.push({...effect, at: this.now});
			this.#carryOut(effect);
		}

		return this;
	}

	want(wanted: ApplicationWish): this {
		this.farm.isResting = wanted !== 'serve';
		this.feed({kind: 'wanted', wanted});
		this.answer();
		return this;
	}

	/** What the checks of these names find from now on. */
	finds(outcome: CheckOutcome, ...names: readonly string[]): this {
		for (const name of names) {
			this.does.health[name] = outcome;
		}

		return this;
	}

	/** The service dies by itself. */
	die(name: string, detail = 'signal 9'): this {
		const run = this.alive.get(name);
		if (run !== undefined) {
			this.alive.delete(name);
			this.feed({kind: 'service', name, run, outcome: 'exited', detail});
		}

		return this;
	}

	/** Membership is another, and answers the last claim once more. */
	change(changes: Partial<Farm>): this {
		Object.assign(this.farm, changes);
		this.answer();
		return this;
	}

	/** Lets so many milliseconds pass. */
	run(ms: number): this {
		const end = this.now + ms;
		for (;;) {
			const next = this.#next();
			const deadline = nextDeadline(this.state) ?? Infinity;
			const at = Math.min(next?.at ?? Infinity, deadline);
			if (at > end) {
				this.now = end;
				return this;
			}

			this.now = Math.max(this.now, at);
			if (next !== undefined && next.at <= deadline) {
				this.#queue.splice(this.#queue.indexOf(next), 1);
				next.run();
			} else {
				this.feed({kind: 'tick'});
			}
		}
	}

	/** Lets time pass until it is so, at the most this long. */
	until(isSo: (machine: this) => boolean, msMax = 120_000): this {
		for (const end = this.now + msMax; !isSo(this) && this.now < end;) {
			this.run(1);
		}

		return this;
	}

	/** Until the life is in that state. */
	reach(life: ApplicationState['life'], msMax = 120_000): this {
		return this.until(({state}) => state.life === life, msMax);
	}

	get claim(): ApplicationClaim {
		return this.state.claim!;
	}

	/** Orders to services, hooks and handlers so far, a word or two each. */
	get orders(): string[] {
		return this.log.flatMap(effect => {
			if (effect.kind === 'service') {
				return `${effect.verb} ${effect.service.name}`;
			}

			if (effect.kind === 'check') {
				return effect.verb === 'begin' ? `begin ${effect.check.name}` : `end ${effect.name}`;
			}

			if (effect.kind === 'handler') {
				return `handler ${effect.check}`;
			}

			return effect.kind === 'hook' ? effect.name : [];
		});
	}

	get events(): string[] {
		return this.log.flatMap(effect => effect.kind === 'event' ? effect.event.name : []);
	}

	/** The life's states so far, from the events. */
	get lives(): string[] {
		return this.log.flatMap(effect => effect.kind === 'event' && effect.event.name === 'application-state' ? String(effect.event.fields?.state) : []);
	}

	get remembered(): RememberedApplication | undefined {
		const last = this.log.findLast(effect => effect.kind === 'remember');
		return last?.remembered;
	}

	/** Membership tells what it makes of the last claim, in a moment. */
	answer(): void {
		this.#later(answerMs, () => {
			this.#settleStanding();
		});
	}

	#settleStanding(): void {
		const {farm} = this;
		if (farm.isSilent || this.#claim === undefined || this.#outside !== undefined) {
			return;
		}

		const before = this.standing;
		this.standing = this.#nextStanding(this.#claim);
		if (this.standing === 'leaving' && (before !== 'leaving' || this.#isHeld) && farm.connectionsMs !== undefined) {
			this.#isHeld = false;
			this.#later(farm.connectionsMs, () => {
				if (this.standing !== 'leaving') {
					return;
				}

				this.standing = 'out';
				this.#tellStanding();
			});
		}

		this.#isHeld ||= this.standing === 'leaving' && farm.connectionsMs === undefined;
		this.#tellStanding();
	}

	#nextStanding(claim: ApplicationClaim): ApplicationStanding {
		if (claim.wants === 'in') {
			return 'in';
		}

		if (claim.isDropping) {
			return 'out';
		}

		if (claim.isGuarded && this.farm.isKeeping && !this.farm.isResting) {
			return 'kept';
		}

		return this.standing === 'out' ? 'out' : 'leaving';
	}

	#tellStanding(): void {
		const {standing, farm: {othersServe, othersUnwell}} = this;
		this.feed({kind: 'standing', standing, answers: this.#claimNumber, othersServe, othersUnwell});
	}

	#carryOut(effect: ApplicationEffect): void {
		switch (effect.kind) {
			case 'claim': {
				this.#claim = effect.claim;
				this.#claimNumber = effect.number;
				this.#droppedAt = effect.claim.wants === 'out' && effect.claim.isDropping ? Math.min(this.#droppedAt, this.now) : Infinity;
				if (this.#outside === undefined) {
					this.answer();
				} else {
					this.#outside(effect.claim);
				}

				return;
			}

			case 'service': {
				this.#orderService(effect);
				return;
			}

			case 'check': {
				if (effect.verb === 'begin') {
					this.#probed.set(effect.check.name, effect.run);
					this.#probe(effect.check.name, effect.run, effect.check.intervalMs);
				} else {
					this.#probed.delete(effect.name);
				}

				return;
			}

			case 'hook': {
				const outcome = this.does.hooks[effect.name] ?? 'done';
				this.#later(programMs, () => outcome === 'never' ? undefined : this.feed({kind: 'hook', name: effect.name, run: effect.run, outcome, detail: 'status 1'}));
				return;
			}

			case 'handler': {
				const outcome = this.does.handlers[effect.check] ?? 'done';
				this.#later(programMs, () => outcome === 'never' ? undefined : this.feed({kind: 'handler', check: effect.check, run: effect.run, outcome, detail: 'status 1'}));
				return;
			}

			case 'event':
			case 'remember':
			case 'stopped': {
				return;
			}

			default: {
				effect satisfies never;
			}
		}
	}

	#orderService({verb, service: {name}, run}: Extract<ApplicationEffect, {readonly kind: 'service'}>): void {
		if (verb === 'start') {
			this.#startService(name, run);
			return;
		}

		if (this.standing !== 'out' && this.now < this.#droppedAt + dropPatienceMs) {
			this.faults.push(`${verb} ${name} at ${this.now} while ${this.standing}`);
		}

		const needed = this.does.stop[name] ?? 'stops';
		if (needed === 'stops' || (needed === 'needs-kill' && verb === 'kill')) {
			this.#later(stopMs, () => {
				this.alive.delete(name);
				this.feed({kind: 'service', name, run, outcome: 'stopped', detail: ''});
			});
		}
	}

	#startService(name: string, run: number): void {
		const how = this.does.start[name] ?? 'runs';
		this.alive.set(name, run);
		if (how === 'hangs') {
			return;
		}

		this.#later(startMs, () => {
			if (this.alive.get(name) !== run) {
				return;
			}

			if (how !== 'runs') {
				this.alive.delete(name);
			}

			this.feed({kind: 'service', name, run, outcome: how === 'fails' ? 'failed' : 'started', detail: how === 'fails' ? 'no such unit' : ''});
			if (how === 'exits') {
				this.feed({kind: 'service', name, run, outcome: 'exited', detail: 'status 1'});
			}
		});
	}

	#probe(name: string, run: number, intervalMs: number): void {
		this.#later(probeMs, () => {
			if (this.#probed.get(name) !== run) {
				return;
			}

			const outcome = this.does.health[name] ?? 'up';
			this.feed({kind: 'check', name, run, result: {outcome, reason: outcome === 'up' ? 'answers' : 'connection refused', tookMs: probeMs}});
			this.#later(intervalMs - probeMs, () => {
				this.#probe(name, run, intervalMs);
			});
		});
	}

	#next(): Due | undefined {
		let first: Due | undefined;
		for (const due of this.#queue) {
			first = first === undefined || due.at < first.at || (due.at === first.at && due.order < first.order) ? due : first;
		}

		return first;
	}

	/** What a claim to be let in stands on. */
	#watch(): void {
		const {claim, services, life} = this.state;
		if (claim?.wants === 'in' && (life !== 'UP' || services.some(({status}) => status !== 'running'))) {
			this.faults.push(`in at ${this.now}, in ${life} with ${services.map(({service, status}) => `${service.name} ${status}`).join(', ')}`);
		}
	}

	#later(ms: number, run: () => void): void {
		this.#queue.push({at: this.now + ms, order: this.#order++, run});
	}
}
