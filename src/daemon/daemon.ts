/** A running daemon: the membership loop joined with the kernel, the wire and the control socket. */

import {describe} from '../core/membership/describe.js';
import {nextDeadline} from '../core/membership/deadline.js';
import {initialState} from '../core/membership/state.js';
import {step} from '../core/membership/step.js';
import type {MembershipEffect} from '../core/membership/types.js';
import type {Farm} from '../core/model/farm.js';
import type {MonoMs} from '../core/model/time.js';
import type {Status} from '../core/status/status.js';
import type {Census} from '../edge/census/port.js';
import type {ControlRequest} from '../edge/control/protocol.js';
import type {ControlService} from '../edge/control/server.js';
import type {Datagram} from '../edge/datagram/port.js';
import {SystemFailure} from '../errors.js';
import {watchConnections} from './connections.js';
import {createDrift} from './drift.js';
import {createHeartbeats, type Heartbeats} from './heartbeats.js';
import {createHindrances} from './hindrances.js';
import {noteIncarnation} from './incarnation.js';
import {recordFailedUndo} from './journal.js';
import {createKernelQueue} from './kernel-queue.js';
import {createKeyring, isApart, type Keyring} from './keyring.js';
import {createLoop} from './loop.js';
import {membershipConfig} from './membership-config.js';
import {oneAtATime} from './one-at-a-time.js';
import type {DaemonParts, Running} from './parts.js';
import {createRejections, type Rejections} from './rejections.js';
import {readAgain, recordRefusedReload} from './reload.js';
import {shared} from './shared.js';
import {snapshot} from './snapshot.js';

/** A status may have been read this long before it was asked for. */
const statusAgeMsMax = 100;

type Begun = Pick<Running, 'loop' | 'queue'> & {readonly hindrance: () => (reason: string) => void};

export class Daemon {
	readonly service: ControlService = {
		answer: async request => this.#answer(request),
		follow: listener => this.#parts.journal.follow(listener),
	};

	/** Reads the configuration and the keys again; what came of it is an event. */
	readonly reload = oneAtATime(async () => this.#reload());

	/** Resolves when the daemon has stopped and everything is as before it started. */
	readonly done: Promise<void>;
	readonly #parts: DaemonParts;
	readonly #heartbeats: Heartbeats;
	readonly #rejections: Rejections;
	readonly #keyring: Keyring;
	readonly #startedAt: MonoMs;
	readonly #sharedStatus: () => Promise<Status>;
	#resolveDone!: () => void;
	#farm: Farm;
	#running: Running | undefined;
	#incarnation = 0;
	#stopLooking: (() => void) | undefined;
	#hinder: ((reason: string) => void) | undefined;
	#isFinishing = false;

	constructor(parts: DaemonParts) {
		this.#parts = parts;
		this.#farm = parts.farm;
		this.#startedAt = parts.clock.now();
		this.#sharedStatus = shared(async () => this.#status(), parts.clock, statusAgeMsMax);
		this.done = new Promise(resolve => {
			this.#resolveDone = resolve;
		});
		this.#rejections = createRejections({
			clock: parts.clock,
			record: parts.journal.record,
			place: () => ({keyFile: this.#farm.keyFile, port: this.#farm.heartbeat.port}),
		});
		this.#keyring = createKeyring({
			...parts,
			record: parts.journal.record,
			farm: () => this.#farm,
			isApart: () => this.#running !== undefined && isApart(this.#running.loop.state()),
			hinder: reason => {
				this.#hinder?.(reason);
			},
		});
		const drift = createDrift({
			sealer: parts.sealer,
			self: parts.self,
			farm: () => this.#farm,
			clock: parts.clock,
			incarnation: () => this.#incarnation,
			port: () => this.#running?.port,
			told: difference => {
				this.#running?.loop.submit({kind: 'difference', ...difference});
			},
		});
		this.#heartbeats = createHeartbeats({
			...parts,
			rejections: this.#rejections,
			keyring: this.#keyring,
			farm: () => this.#farm,
			heard: (heard, network) => {
				this.#running?.loop.submit({kind: 'heard', ...heard, network});
				drift.noticed(heard.message);
			},
			compared: drift.received,
		});
	}

	/** For the sockets: every datagram that arrives. */
	readonly receive = (datagram: Datagram): void => {
		this.#heartbeats.receive(datagram);
	};

	/** Begins to serve; the kernel must hold the filter, without a slot and without a lease. Returns where to tell what happens to this machine. */
	begin({filter, census, port, incarnation}: Pick<Running, 'filter' | 'port'> & {readonly census: Census} & {readonly incarnation: number}): Begun {
		const {clock, journal, self, version} = this.#parts;
		this.#incarnation = incarnation;
		const loop = createLoop({
			core: {step, nextDeadline},
			initial: initialState(membershipConfig(this.#farm, self.id, version), {incarnation, now: clock.now()}),
			clock,
			perform: effect => {
				this.#perform(effect);
			},
		});
		const queue = createKernelQueue({
			filter,
			clock,
			timing: () => this.#farm.heartbeat.timing,
			record: journal.record,
			answer(operation, outcome) {
				loop.submit({kind: 'kernel', operation, outcome});
			},
		});
		this.#running = {
			filter, port, loop, queue,
		};
		journal.record({
			level: 'info', name: 'started', message: `node ${self.name} of farm ${this.#farm.name} starts, farmctl ${version}`, fields: {node: self.name, incarnation},
		});
		this.#stopLooking = watchConnections({
			census,
			clock,
			farm: () => this.#farm,
			state: loop.state,
			looked(look) {
				loop.submit({kind: 'connections', ...look});
			},
			failed(error) {
				journal.record({level: 'warning', name: 'not-counted', message: `cannot look at the connections: ${(error as Error).message}`});
			},
		});
		this.#heartbeats.networks.begin(port);
		const hindrance = createHindrances(reason => {
			loop.submit({kind: 'hindrance', reason});
		});
		this.#hinder = hindrance();
		loop.submit({kind: 'start'});
		return {loop, queue, hindrance};
	}

	/** Hands the slots over, lets established connections finish, then goes; a second call goes at once. */
	stop(): void {
		const {loop} = this.#running!;
		if (loop.state().wanted === 'stop') {
			this.#parts.journal.record({level: 'warning', name: 'stopping-now', message: 'stops at once; established connections are cut'});
			void this.#finish();
		} else {
			this.#parts.journal.record({
				level: 'info', name: 'stopping', message: `stops: hands its slots over and serves established connections for at most ${this.#farm.finishMs} ms; stop again to end at once`,
			});
			loop.submit({kind: 'stop'});
		}
	}

	/** Takes over the keys, and what can change live from the configuration file; changes nothing when something cannot. */
	async #reload(): Promise<void> {
		const {configPath, self, version, journal} = this.#parts;
		try {
			const {farm, keys} = await readAgain(configPath, this.#farm, self);
			const {loop} = this.#running!;
			this.#keyring.use(keys, loop.state());
			this.#farm = farm;
			loop.submit({kind: 'configure', config: membershipConfig(farm, self.id, version)});
			journal.record({level: 'info', name: 'reloaded', message: `took over ${configPath}`});
		} catch (error) {
			recordRefusedReload(journal, error);
		}
	}

	#perform(effect: MembershipEffect): void {
		const {port, queue} = this.#running!;
		switch (effect.kind) {
			case 'send': {
				this.#noteIncarnation(effect.message.incarnation);
				this.#heartbeats.send(port, effect.to, effect.message);
				return;
			}

			case 'forward': {
				this.#heartbeats.forward(port, effect.sender, effect.to);
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
		const {loop, queue, filter} = this.#running!;
		loop.stop();
		this.#heartbeats.networks.stop();
		this.#keyring.stop();
		const failed = (what: string, cause: unknown): void => {
			recordFailedUndo(this.#parts.journal, what, cause);
		};

		await queue.idle();
		await filter.clear().catch((error: unknown) => {
			failed('empty the filter', error);
		});
		await this.#parts.undo.run(failed);
		this.#parts.journal.record({level: 'info', name: 'stopped', message: `node ${this.#parts.self.name} has stopped`});
		this.#resolveDone();
	}

	async #answer(request: ControlRequest): Promise<unknown> {
		switch (request.verb) {
			case 'status': {
				return this.#sharedStatus();
			}

			case 'events': {
				return this.#parts.journal.entries();
			}

			default: {
				return request satisfies never;
			}
		}
	}

	async #status(): Promise<Status> {
		if (this.#running === undefined) {
			throw new SystemFailure('the daemon is still starting', {hint: 'ask again in a moment'});
		}

		const {clock, journal, version} = this.#parts;
		const {filter, loop} = this.#running;
		const counters = await filter.counters();
		return snapshot({
			farm: this.#farm,
			description: describe(loop.state(), clock.now()),
			now: clock.now(),
			startedAt: this.#startedAt,
			wall: clock.wall(),
			version,
			counters,
			rejected: this.#rejections.counts(),
			keys: this.#keyring,
			networks: this.#heartbeats.networks.describe(),
			events: journal.entries(),
		});
	}
}
