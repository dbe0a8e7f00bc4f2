/** What `farmctl explain` asks of a daemon: it watches slots move, and joins what the core knows with what the kernel holds. */

import {explain} from '../core/explain/explain.js';
import type {Explanation} from '../core/explain/explanation.js';
import {knownTo, type Knowledge} from '../core/explain/knowledge.js';
import {createMoves} from '../core/explain/moves.js';
import type {Question} from '../core/explain/question.js';
import type {MembershipState} from '../core/membership/state.js';
import type {Farm, FarmNode} from '../core/model/farm.js';
import type {MonoMs} from '../core/model/time.js';
import type {Census} from '../edge/census/port.js';
import type {Clock} from '../edge/clock/clock.js';
import type {Filter} from '../edge/filter/port.js';
import {SystemFailure} from '../errors.js';

export type ExplainingParts = {
	readonly self: FarmNode;
	readonly farm: () => Farm;
	readonly clock: Pick<Clock, 'now' | 'wall'>;
	/** Undefined while the daemon is starting. */
	readonly running: () => {readonly state: MembershipState; readonly filter: Pick<Filter, 'counters'>; readonly census: Pick<Census, 'countOf'>} | undefined;
};

/** Who knows it, when, and what. */
export type Told = Pick<Knowledge, 'source' | 'farm' | 'nodes'> & {readonly node: string; readonly at: string};

export type Explaining = {
	/** After each step of the core. */
	readonly observe: (state: MembershipState) => void;
	/** Rejects with a KernelFailure when the kernel does not say what connections there are. */
	readonly explain: (question: Question) => Promise<Explanation>;
	/** The farm, and who has which slots. */
	readonly knowledge: () => Told;
};

export function createExplaining({self, farm, clock, running}: ExplainingParts): Explaining {
	const moves = createMoves();
	/** Looked at when the turn of the event loop is over: others wait for what a step sends, and for what it asks of the kernel. */
	const unseen: Array<{readonly state: MembershipState; readonly now: MonoMs}> = [];
	const look = (): void => {
		for (const {state, now} of unseen.splice(0)) {
			moves.observe(state, now);
		}
	};

	const parts = (): NonNullable<ReturnType<ExplainingParts['running']>> => {
		const now = running();
		if (now === undefined) {
			throw new SystemFailure('the daemon is still starting', {hint: 'ask again in a moment'});
		}

		return now;
	};

	return {
		observe(state) {
			if (unseen.length === 0) {
				setImmediate(look);
			}

			unseen.push({state, now: clock.now()});
		},
		async explain(question) {
			const {state, filter, census} = parts();
			look();
			const [now, wall] = [clock.now(), clock.wall().getTime()];
			const knowledge: Knowledge = {
				...knownTo(state, farm()),
				moves: {last: moves.last, now, wallOf: at => new Date(wall - (now - at)).toISOString()},
			};
			const explanation = explain(question, knowledge);
			const [connections, counters] = await Promise.all([census.countOf(farm(), question.client), filter.counters()]);
			return {
				...explanation, node: self.name, at: new Date(wall).toISOString(), connections, counters,
			};
		},
		knowledge() {
			const {state} = parts();
			const {name, nodes, vips, rules, groups, seed, backend} = farm();
			return {...knownTo(state, {name, nodes, vips, rules, groups, seed, backend}), node: self.name, at: clock.wall().toISOString()};
		},
	};
}
