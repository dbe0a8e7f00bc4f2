/** A running daemon: the membership loop joined with the kernel, the wire and the control socket. */

import {nextDeadline} from '../core/membership/deadline.js';
import {initialState, type MembershipState} from '../core/membership/state.js';
import {step} from '../core/membership/step.js';
import type {MembershipEffect, MembershipInput} from '../core/membership/types.js';
import type {Farm} from '../core/model/farm.js';
import type {SlotSet} from '../core/model/slot-set.js';
import type {ControlVerbs} from '../edge/control/protocol.js';
import type {CensusClient} from '../edge/census/port.js';
import type {Datagram} from '../edge/datagram/port.js';
import type {Link} from '../edge/link/port.js';
import {bootId} from '../edge/services/leftovers.js';
import {createApplication, type Application} from './application/application.js';
import {watchConnections} from './connections.js';
import {endLife, leavingEvent} from './ending.js';
import {createExplaining, type Explaining} from './explaining.js';
import {createHindrances} from './hindrances.js';
import {noteIncarnation} from './incarnation.js';
import {createKernelQueue} from './kernel-queue.js';
import {lookAt} from './look-at.js';
import {createLiveConfiguration, type LiveConfiguration} from './live/configuration.js';
import {createChanging, stillStarting, type Changing} from './live/changing.js';
import type {Machine} from './live/machine.js';
import {createLoop} from './loop.js';
import {membershipConfig} from './membership-config.js';
import {oneAtATime} from './one-at-a-time.js';
import {createOperator, type Operator} from './operator.js';
import type {DaemonParts, Running} from './parts.js';
import {takeOver} from './reload.js';
import {shared} from './shared.js';
import {daemonVerbs} from './verbs/verbs.js';
import {createWire, type Wire} from './wire.js';

/** How long the kernel serves what a daemon that leaves has retained, and peers hold back their resets. */
export const awayMs = 30_000;

/** A status may have been read this long before it was asked for. */
const statusAgeMsMax = 100;

type Begun = Pick<Running, 'loop' | 'queue'> & {readonly hindrance: () => (reason: string) => void};

export class Daemon {
	/** For the control socket. */
	readonly verbs: ControlVerbs;

	/** Reads the configuration and the keys again; what came of it is an event. */
	readonly reload = oneAtATime(async () => this.#reload());

	/** Resolves when the daemon has stopped and everything is as before it started. */
	readonly done: Promise<void>;
	readonly #parts: DaemonParts;
	readonly #wire: Wire;
	readonly #application: Application;
	readonly #operator: Operator;
	readonly #explaining: Explaining;
	#resolveDone!: () => void;
	readonly #live: LiveConfiguration;
	#running: Running | undefined;
	#machine: Machine | undefined;
	#changing: Changing | undefined;
	#incarnation = 0;
	#stopLooking: (() => void) | undefined;
	#hinder: ((reason: string) => void) | undefined;
	#isFinishing = false;
	#clients: readonly CensusClient[] = [];

	constructor(parts: DaemonParts) {
		this.#parts = parts;
		const startedAt = parts.clock.now();
		const submit = (input: MembershipInput): void => {
			this.#running?.loop.submit(input);
		};

		this.done = new Promise(resolve => {
			this.#resolveDone = resolve;
		});
		this.#live = createLiveConfiguration(parts.farm, {
			selfId: parts.self.id,
			version: parts.version,
			machine: () => this.#machine!,
			state: () => this.#running?.loop.state(),
			submit,
			configured: () => {
				this.#operator.configured();
				this.#application.configured();
				parts.notifying.configured(this.#live.farm());
			},
			record: parts.journal.record,
		});
		this.#wire = createWire({
			...parts,
			current: () => this.#live.farm(),
			incarnation: () => this.#incarnation,
			port: () => this.#running?.port,
			state: () => this.#running?.loop.state(),
			submit,
			hinder: reason => {
				this.#hinder?.(reason);
			},
			verbs: () => this.verbs,
		});
		this.#explaining = createExplaining({
			...parts,
			farm: () => this.#live.farm(),
			running: () => this.#running && {...this.#running, state: this.#running.loop.state()},
		});
		this.#application = createApplication({
			...parts, farm: () => this.#live.farm(), node: parts.self.name, state: () => this.#running?.loop.state(), submit, record: parts.journal.record, note: parts.journal.note,
		});
		this.#operator = createOperator({
			...parts,
			application: this.#application,
			boot: bootId,
			current: () => this.#live.farm(),
			state: () => this.#running?.loop.state(),
			submit,
			clients: () => this.#clients,
		});
		this.verbs = daemonVerbs({
			...parts,
			operator: this.#operator,
			application: this.#application,
			explaining: this.#explaining,
			farm: () => this.#live.farm(),
			letters: this.#wire.letters, clocks: this.#wire.clocks,
			changing: () => this.#changing ?? stillStarting(),
			status: shared(async () => lookAt({
				...parts, current: this.#live.farm(), running: this.#running, wire: this.#wire, startedAt, application: this.#application,
			}), parts.clock, statusAgeMsMax),
		});
	}

	/** For the sockets: every datagram that arrives. */
	readonly receive = (datagram: Datagram): void => {
		this.#wire.heartbeats.receive(datagram);
	};

	/** Begins to serve; the kernel must hold the filter, without a slot and without a lease. Returns where to tell what happens to this machine. */
	begin({filter, census, port, retained, incarnation}: Pick<Running, 'filter' | 'census' | 'port'> & {readonly retained: SlotSet; readonly incarnation: number}): Begun {
		const {clock, journal, self, version} = this.#parts;
		this.#incarnation = incarnation;
		const loop = createLoop<MembershipState, MembershipInput, MembershipEffect>({
			core: {step, nextDeadline},
			initial: initialState(membershipConfig(this.#live.configured(), self.id, version), {incarnation, now: clock.now()}),
			clock,
			perform: effect => {
				this.#perform(effect);
			},
			stepped: state => {
				this.#explaining.observe(state);
				this.#application.stepped(state);
			},
		});
		const queue = createKernelQueue({
			filter,
			clock,
			timing: () => this.#live.farm().heartbeat.timing,
			record: journal.record,
			answer(operation, outcome) {
				loop.submit({kind: 'kernel', operation, outcome});
			},
		});
		this.#running = {
			filter, census, port, loop, queue,
		};
		journal.record({
			level: 'info', name: 'started', message: `node ${self.name} of farm ${this.#live.farm().name} starts, farmctl ${version}`, fields: {node: self.name, incarnation},
		});
		this.#stopLooking = watchConnections({
			census,
			clock,
			farm: () => this.#live.farm(),
			state: loop.state,
			looked: (look, clients) => {
				this.#clients = clients;
				loop.submit({kind: 'connections', ...look});
			},
			failed(error) {
				journal.record({level: 'warning', name: 'not-counted', message: `cannot look at the connections: ${(error as Error).message}`});
			},
		});
		this.#wire.heartbeats.networks.begin(port);
		const hindrance = createHindrances(reason => {
			loop.submit({kind: 'hindrance', reason});
		});
		this.#hinder = hindrance();
		this.#operator.begin(retained);
		return {loop, queue, hindrance};
	}

	/** Hands the slots over, lets established connections finish, then goes; a second call goes at once. */
	stop(): void {
		const {loop} = this.#running!;
		if (loop.state().wanted === 'leave') {
			this.#parts.journal.record({level: 'warning', name: 'stopping-now', message: 'stops at once; established connections are cut, and services killed'});
			this.#application.kill();
			void this.#finish();
		} else {
			this.#parts.journal.record({
				level: 'info', name: 'stopping', message: `stops: hands its slots over and serves established connections for at most ${this.#live.farm().finishMs} ms; stop again to end at once`,
			});
			loop.submit({kind: 'stop'});
			this.#application.order('leave');
		}
	}

	/** Hands the slots over and goes, and leaves established connections to the kernel, VIPs and filter in place: the next daemon is about to start. */
	leave(): void {
		const {loop} = this.#running!;
		if (loop.state().wanted !== 'serve') {
			return;
		}

		this.#parts.journal.record(leavingEvent(this.#live.farm(), awayMs));
		loop.submit({kind: 'stop', awayMs});
	}

	/** What the configuration makes of this machine; to be told before any change of it. */
	attach(machine: Machine, link: Link): void {
		this.#machine = machine;
		this.#changing = createChanging({
			...this.#parts, live: this.#live, link, letters: this.#wire.letters, keyring: this.#wire.keyring, state: () => this.#running?.loop.state(),
		});
	}

	/** As configured now. */
	readonly farm = (): Farm => this.#live.farm();

	/** Takes over the keys, and what can change live from the configuration file; changes nothing when something cannot. */
	async #reload(): Promise<void> {
		await takeOver({...this.#parts, live: this.#live, keyring: this.#wire.keyring, state: this.#running!.loop.state});
	}

	#perform(effect: MembershipEffect): void {
		const {port, queue} = this.#running!;
		switch (effect.kind) {
			case 'send': {
				this.#noteIncarnation(effect.message.incarnation);
				this.#wire.heartbeats.send(port, effect.to, effect.message);
				return;
			}

			case 'forward': {
				this.#wire.heartbeats.forward(port, effect.sender, effect.to);
				return;
			}

			case 'kernel': {
				queue.perform(effect.operation, effect.change);
				return;
			}

			case 'event': {
				this.#parts.journal.record(effect.event);
				return;
			}

			case 'middle-reached': {
				this.#live.middleReached();
				return;
			}

			case 'finished': {
				void this.#finish();
				return;
			}

			default: {
				effect satisfies never;
			}
		}
	}

	#noteIncarnation(incarnation: number): void {
		if (incarnation === this.#incarnation) {
			return;
		}

		this.#incarnation = incarnation;
		noteIncarnation(this.#parts, incarnation);
	}

	async #finish(): Promise<void> {
		if (this.#isFinishing) {
			return;
		}

		this.#isFinishing = true;
		this.#stopLooking?.();
		this.#live.stop();
		this.#changing?.change.stop();
		this.#running!.loop.stop();
		this.#wire.stop();
		await endLife({...this.#parts, ...this.#running!, application: this.#application}).finally(this.#resolveDone);
	}
}
