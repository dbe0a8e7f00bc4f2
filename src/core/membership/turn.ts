/** One step in the making: the state being changed and the effects so far. It never outlives the step; nested data is replaced, not changed. */

import type {Level} from '../model/event.js';
import type {NodeId} from '../model/farm.js';
import type {MonoMs} from '../model/time.js';
import type {KernelChange, MembershipEffect} from './types.js';
import type {MembershipState, Peer} from './state.js';

export type Draft = {-readonly [Field in keyof MembershipState]: MembershipState[Field]};

export type Turn = {
	readonly now: MonoMs;
	readonly state: Draft;
	readonly effects: MembershipEffect[];
	/** Something changed that peers must know at once (R10). */
	isDirty: boolean;
	/** And others wait for it to serve clients: slots have been given up. */
	isUrgent: boolean;
	/** The input says nothing new (`routine.ts`). */
	isRoutine: boolean;
};

export function tell(turn: Turn, level: Level, name: string, message: string, fields: Readonly<Record<string, string | number | boolean>> = {}): void {
	turn.effects.push({
		kind: 'event', event: {
			level, name, message, fields,
		},
	});
}

/** Asks the kernel for a change; its answer comes as an input. */
export function ask(turn: Turn, change: KernelChange): void {
	const {kernel} = turn.state;
	const operation = kernel.nextOperation;
	turn.state.kernel = {...kernel, nextOperation: operation + 1, pending: [...kernel.pending, {operation, change}]};
	turn.effects.push({kind: 'kernel', operation, change});
}

export const nameOf = (state: Pick<MembershipState, 'config'>, id: NodeId): string => state.config.nodes.find(node => node.id === id)?.name ?? `node ${id}`;

/** This node's weight in each group: as the operator says now, else as configured. The same list as long as neither changes. */
export function ownWeights({config, weights}: Pick<MembershipState, 'config' | 'weights'>): readonly number[] {
	const known = knownWeights.get(config);
	if (known !== undefined && known.told === weights) {
		return known.own;
	}

	const configured = config.nodes.find(({id}) => id === config.self)?.weights;
	const own = config.groups.map((_, group) => weights?.[group] ?? configured?.[group] ?? 0);
	knownWeights.set(config, {told: weights, own});
	return own;
}

const knownWeights = new WeakMap<MembershipState['config'], {readonly told: readonly number[] | undefined; readonly own: readonly number[]}>();

export const alivePeers = (state: Pick<MembershipState, 'peers'>): readonly Peer[] => state.peers.filter(peer => peer.isAlive);

/** R11: farther apart than this, two steps have a pause of this node between them. */
export const isPause = (state: Pick<MembershipState, 'config'>, gapMs: number): boolean => gapMs > 2 * (state.config.timing.intervalMs + state.config.timing.timerLatenessMs);
