/** A running daemon: the membership loop joined with the kernel, the wire and the control socket. */

import {describe} from '../core/membership/describe.js';
import {nextDeadline} from '../core/membership/deadline.js';
import {initialState, type MembershipState} from '../core/membership/state.js';
import {step} from '../core/membership/step.js';
import type {MembershipEffect} from '../core/membership/types.js';
import type {Farm, FarmNode} from '../core/model/farm.js';
import {liveChangeRefusals} from '../core/model/live-change.js';
import type {MonoMs} from '../core/model/time.js';
import type {Status} from '../core/status/status.js';
import type {Clock} from '../edge/clock/clock.js';
import {loadFarm} from '../edge/config/load.js';
import type {ControlRequest} from '../edge/control/protocol.js';
import type {ControlService} from '../edge/control/server.js';
import type {Datagram, DatagramPort} from '../edge/datagram/port.js';
import type {Filter} from '../edge/filter/port.js';
import type {Sealer} from '../edge/seal/seal.js';
import {DaemonFailure, Failure, SystemFailure} from '../errors.js';
import {countConnections} from './connection-count.js';
import {createDrift} from './drift.js';
import {createHeartbeats, type Heartbeats} from './heartbeats.js';
import {noteIncarnation} from './incarnation.js';
import {recordFailedUndo, type Journal} from './journal.js';
import {createKernelQueue, type KernelQueue} from './kernel-queue.js';
import {createLoop, type Loop} from './loop.js';
import {membershipConfig} from './membership-config.js';
import {createRejections, type Rejections} from './rejections.js';
import {snapshot} from './snapshot.js';
import type {Undo} from './undo.js';

export type DaemonParts = {
	readonly farm: Farm;
	readonly self: FarmNode;
	readonly sealer: Sealer;
	readonly journal: Journal;
	readonly version: string;
	readonly clock: Clock;
	readonly runDir: string;
	readonly configPath: string;
	readonly undo: Undo;
};

type Running = {
	readonly filter: Filter;
	readonly port: DatagramPort;
	readonly loop: Loop<MembershipState>;
	readonly queue: KernelQueue;
};

export class Daemon {
	readonly service: ControlService = {
		answer: async request => this.#answer(request),
		follow: listener => this.#parts.journal.follow(listener),
	};

	/** Resolves when the daemon has stopped and everything is as before it started. */
	readonly done: Promise<void>;
	readonly #parts: DaemonParts;
	readonly #heartbeats: Heartbeats;
	readonly #rejections: Rejections;
	readonly #startedAt: MonoMs;
	#resolveDone!: () => void;
	#farm: Farm;
	#running: Running | undefined;
	#incarnation = 0;
	#stopCounting: (() => void) | undefined;
	#isFinishing = false;

	constructor(parts: DaemonParts) {
		this.#parts = parts;
		this.#farm = parts.farm;
		this.#startedAt = parts.clock.now();
		this.done = new Promise(resolve => {
			this.#resolveDone = resolve;
		});
		this.#rejections = createRejections({
			clock: parts.clock,
			record: parts.journal.record,
			place: () => ({keyFile: this.#farm.keyFile, port: this.#farm.heartbeat.port}),
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
	begin({filter, port, incarnation}: {readonly filter: Filter; readonly port: DatagramPort; readonly incarnation: number}): Pick<Running, 'loop' | 'queue'> {
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
		this.#stopCounting = countConnections({
			filter,
			clock,
			isWanted: () => loop.state().wanted === 'stop',
			counted(count) {
				loop.submit({kind: 'connections', count});
			},
			failed(error) {
				journal.record({level: 'warning', name: 'not-counted', message: `cannot count the connections: ${(error as Error).message}`});
			},
		});
		this.#heartbeats.networks.begin(port);
		loop.submit({kind: 'start'});
		return {loop, queue};
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

	/** Takes over what can change live from the configuration file. Rejects, having changed nothing, when something cannot. */
	async reload(): Promise<void> {
		const {farm} = await loadFarm(this.#parts.configPath);
		const refusals = liveChangeRefusals(this.#farm, farm, this.#parts.self.id);
		if (refusals.length > 0) {
			throw new DaemonFailure(`nothing was changed: ${refusals.join('; ')}`, {hint: 'stop this node and start it again, one node at a time: the others serve meanwhile'});
		}

		this.#farm = farm;
		this.#running!.loop.submit({kind: 'configure', config: membershipConfig(farm, this.#parts.self.id, this.#parts.version)});
		this.#parts.journal.record({level: 'info', name: 'reloaded', message: `took over ${this.#parts.configPath}`});
	}

	/** As `reload`, for a signal: what went wrong is an event. */
	async reloadAndTell(): Promise<void> {
		try {
			await this.reload();
		} catch (error) {
			const {message} = error as Error;
			const hint = error instanceof Failure && error.hint !== undefined ? `; ${error.hint}` : '';
			this.#parts.journal.record({level: 'error', name: 'reload-refused', message: `${message}${hint}`});
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
		this.#stopCounting?.();
		const {loop, queue, filter} = this.#running!;
		loop.stop();
		this.#heartbeats.networks.stop();
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
				return this.#status();
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
			networks: this.#heartbeats.networks.describe(),
			events: journal.entries(),
		});
	}
}
