/**
What an operator may tell this node: to serve, to serve nothing, with its services stopped or not, with which weights. It is remembered before it is done, so that a reboot does not undo it,
and each order is an event that says who gave it.
*/

import type {NodeReport} from '../core/control/node-orders.js';
import {describe} from '../core/membership/describe.js';
import {groupsLeft} from '../core/membership/last-server.js';
import {ownWeights} from '../core/membership/turn.js';
import type {MembershipState} from '../core/membership/state.js';
import type {MembershipInput} from '../core/membership/types.js';
import type {Farm, FarmNode} from '../core/model/farm.js';
import {weightsOf} from '../core/model/group.js';
import type {SlotSet} from '../core/model/slot-set.js';
import {monoMs} from '../core/model/time.js';
import type {CensusClient} from '../edge/census/port.js';
import type {Clock} from '../edge/clock/clock.js';
import {DaemonFailure, Failure, SystemFailure, UsageFailure} from '../errors.js';
import type {Application} from './application/application.js';
import type {Journal} from './journal.js';
import {readRemembered, writeRemembered, type Remembered} from './remembered.js';

export type OperatorParts = {
	readonly self: FarmNode;
	/** As configured now. */
	readonly current: () => Farm;
	readonly stateDir: string;
	readonly journal: Pick<Journal, 'record'>;
	readonly clock: Pick<Clock, 'now'>;
	/** Undefined until the daemon serves. */
	readonly state: () => MembershipState | undefined;
	readonly submit: (input: MembershipInput) => void;
	/** Those with the most connections in what is retained, as of the last look. */
	readonly clients: () => readonly CensusClient[];
	readonly application: Pick<Application, 'begin' | 'order'>;
	/** The life of this machine, as a word. */
	readonly boot: () => string;
};

/** Who gave an order, as the log names them; and whether it is done although it leaves clients without a node. */
export type Order = {readonly who: string; readonly isForced: boolean};

export type Operator = {
	/** What the daemon begins its life with, as it remembers; with what an earlier one left in the kernel. */
	begin: (retained: SlotSet) => void;
	/** The configuration is another: what was told still holds. */
	configured: () => void;
	/**
	`cutAfterMs`: what is left then is cut; undefined for as long as it lasts. `stopsServices`: when nothing is served any more. Throws a DaemonFailure when
	nobody else would serve.
	*/
	drain: (order: Order & {readonly cutAfterMs: number | undefined; readonly stopsServices: boolean}) => NodeReport;
	start: (order: Order) => NodeReport;
	/** `weight` undefined for as configured; `group` undefined for all. Throws a UsageFailure when there is no such group. */
	weigh: (order: Order & {readonly group: string | undefined; readonly weight: number | undefined}) => NodeReport;
	report: () => NodeReport;
};

/** Throws a SystemFailure when what this node remembers cannot be read. */
export function createOperator({self, current, stateDir, journal, clock, state, submit, clients, application, boot}: OperatorParts): Operator {
	const owner = {farm: current().name, node: self.name};
	let told = readRemembered(stateDir, owner);

	const running = (): MembershipState => {
		const now = state();
		if (now === undefined) {
			throw new SystemFailure('the daemon is still starting', {hint: 'ask again in a moment'});
		}

		if (now.wanted === 'leave') {
			throw new DaemonFailure(`the daemon of ${self.name} is ending`, {hint: 'start it again: farmctl run'});
		}

		return now;
	};

	/** Answers a warning when it could not be written: the order is carried out all the same, an operator may be in need. */
	const remember = (next: Remembered): string | undefined => {
		told = next;
		try {
			writeRemembered(stateDir, owner, next);
			return undefined;
		} catch (error) {
			const message = `${self.name} will not remember this after a restart: ${(error as Error).message}`;
			journal.record({level: 'error', name: 'not-remembered', message: error instanceof Failure && error.hint !== undefined ? `${message}; ${error.hint}` : message});
			return message;
		}
	};

	/** Whether the machine has booted since, where that matters; with `boot: start`, what an operator told it before ends with that. */
	const noteBoot = (): boolean => {
		const {application: {boot: behaviour}} = current();
		const now = behaviour === 'as-before' ? '' : boot();
		if (now === told.boot) {
			return false;
		}

		remember({...told, boot: now, ...behaviour === 'start' && {wanted: 'serve', services: 'run'}});
		return now !== '';
	};

	const weights = (): readonly number[] => current().groups.map(({name, weights: {[self.id]: configured = 0}}) => told.weights[name] ?? configured);

	const tellWeights = (): void => {
		const known = new Set(current().groups.map(({name}) => name));
		submit({kind: 'weights', weights: Object.keys(told.weights).some(name => known.has(name)) ? weights() : undefined});
	};

	const refuseLast = (now: MembershipState, next: readonly number[], {isForced}: Order): void => {
		const left = isForced ? [] : groupsLeft(now, next);
		if (left.length === 0) {
			return;
		}

		const what = left.length === current().groups.length ? 'serves' : `serves group ${left.map(name => `'${name}'`).join(', ')}`;
		throw new DaemonFailure(`${self.name} is the last node that ${what}: clients would find nobody`, {hint: 'start another before: farmctl node list; or do it all the same: --force'});
	};

	const record = (name: string, message: string, {who}: Order): void => {
		journal.record({level: 'info', name, message: `${message}, ordered by ${who}`, fields: {who, node: self.name}});
	};

	const report = (warning?: string): NodeReport => {
		const now = state();
		if (now === undefined) {
			throw new SystemFailure('the daemon is still starting', {hint: 'ask again in a moment'});
		}

		return {...reportOf(now, {farm: current(), self, at: clock.now(), told}), clients: now.retained.length === 0 ? [] : clients(), ...(warning !== undefined && {warning})};
	};

	return {
		begin(retained) {
			const isAfterBoot = noteBoot();
			tellWeights();
			application.begin(wishOf(told), isAfterBoot);
			submit({kind: 'start', wanted: told.wanted, retained});
		},
		configured: tellWeights,
		drain(order) {
			const now = running();
			const {cutAfterMs, stopsServices} = order;
			if (now.wanted === 'serve') {
				refuseLast(now, current().groups.map(() => 0), order);
			}

			record('order-drain', `${self.name} is drained${cutText(cutAfterMs)}${stopsServices && hasServices(current()) ? ', and its services are stopped' : ''}`, order);
			// Services that are stopped already stay so.
			const services = stopsServices || (told.wanted === 'rest' && told.services === 'stop') ? 'stop' : 'run';
			const warning = remember({...told, wanted: 'rest', services});
			// Of one that drains already and is told no time, the one that it was told before stays.
			const cutAt = cutAfterMs === undefined ? now.cutAt : monoMs(clock.now() + cutAfterMs);
			submit({kind: 'rest', ...(cutAt !== undefined && {cutAt})});
			application.order(wishOf(told));
			return report(warning);
		},
		start(order) {
			running();
			record('order-start', `${self.name} is started`, order);
			const warning = remember({...told, wanted: 'serve', services: 'run'});
			submit({kind: 'start'});
			application.order('serve');
			return report(warning);
		},
		weigh(order) {
			const now = running();
			const {group, weight} = order;
			const names = current().groups.map(({name}) => name);
			if (group !== undefined && !names.includes(group)) {
				throw new UsageFailure(`there is no group '${group}' in this farm`, {hint: `its groups are ${names.join(', ')}`});
			}

			const next = {...told, weights: changed(told.weights, group === undefined ? names : [group], weight)};
			refuseLast(now, current().groups.map(({name, weights: {[self.id]: configured = 0}}) => next.weights[name] ?? configured), order);
			record('order-weight', `${self.name} gets ${weight === undefined ? 'the weight of its configuration' : `the weight ${weight}`}${group === undefined ? '' : ` in group '${group}'`}`, order);
			const warning = remember(next);
			tellWeights();
			return report(warning);
		},
		report,
	};
}

const wishOf = ({wanted, services}: Remembered): 'serve' | 'drain' | 'stop' => {
	if (wanted === 'serve') {
		return 'serve';
	}

	return services === 'run' ? 'drain' : 'stop';
};

const hasServices = ({application: {services}}: Farm): boolean => services.length > 0;

function changed(weights: Remembered['weights'], names: readonly string[], weight: number | undefined): Remembered['weights'] {
	const rest = Object.fromEntries(Object.entries(weights).filter(([name]) => !names.includes(name)));
	return weight === undefined ? rest : {...rest, ...Object.fromEntries(names.map(name => [name, weight]))};
}

function cutText(cutAfterMs: number | undefined): string {
	if (cutAfterMs === undefined) {
		return '; established connections are served until they end';
	}

	return cutAfterMs === 0 ? ' at once; established connections are cut' : `; what is left after ${cutAfterMs} ms is cut`;
}

type Known = {readonly farm: Farm; readonly self: FarmNode; readonly at: number; readonly told: Remembered};

function reportOf(state: MembershipState, {farm, self, at, told}: Known): Omit<NodeReport, 'clients' | 'warning'> {
	const description = describe(state, monoMs(at));
	const own = description.nodes.find(({isSelf}) => isSelf)!;
	const configured = weightsOf(farm.groups, self.id);
	const running = ownWeights(state);
	return {
		node: self.name,
		state: own.state,
		wanted: state.wanted,
		slots: sum(own.ownedCounts),
		retainedSlots: sum(own.retainedCounts),
		connections: state.connections === undefined && state.retained.length > 0 ? null : own.retainedConnections,
		...(state.cutAt !== undefined && state.retained.length > 0 && {cutInMs: Math.max(0, state.cutAt - at)}),
		weights: Object.fromEntries(farm.groups.map(({name}, group) => [name, {weight: running[group] ?? configured[group] ?? 0, isConfigured: !Object.hasOwn(told.weights, name)}])),
		...(own.problem !== '' && {problem: own.problem}),
	};
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
