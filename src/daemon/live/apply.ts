/**
A change of the configuration on all nodes, led by the one that was asked: every live node checks and stages it, and only when all have, all make it. A node
that cannot stops the whole before anything has changed, and one that fails while it is made takes all back.
*/

import {randomBytes} from 'node:crypto';
import {differencesBetween} from '../../core/change/differences.js';
import {predict, type Prediction} from '../../core/change/prediction.js';
import {restartReasons} from '../../core/change/restart-reasons.js';
import {isServingOrHolding} from '../../core/membership/agreement.js';
import {ownWeights} from '../../core/membership/turn.js';
import type {ApplyAnswer, PlanAnswer, StageAnswer} from '../../core/control/change-orders.js';
import type {MembershipState} from '../../core/membership/state.js';
import type {Farm, FarmNode} from '../../core/model/farm.js';
import type {ControlAnswer} from '../../edge/control/protocol.js';
import {DaemonFailure} from '../../errors.js';
import type {Letters} from '../letters/letters.js';
import type {Change} from './change.js';
import type {LiveConfiguration} from './configuration.js';

/** Checking takes as long as reading the text does; switching as long as the kernel, and the middle of a change. */
export const stageTimeoutMs = 20_000;
export const makeTimeoutMs = 20_000;

export type ApplyParts = {
	readonly self: FarmNode;
	readonly live: Pick<LiveConfiguration, 'configured'>;
	readonly change: Change;
	readonly letters: Pick<Letters, 'ask'>;
	readonly parse: (text: string) => Promise<Farm>;
	/** Throws where the daemon does not serve yet. */
	readonly state: () => MembershipState;
};

export type ApplyOrder = {
	readonly text: string;
	readonly who: string;
	readonly isLocal: boolean;
	readonly confirmMs: number | undefined;
	/** A fraction; more is refused. */
	readonly disruptionMax: number | undefined;
};

export type Apply = {
	/** Rejects with a ConfigFailure. */
	plan: (text: string) => Promise<PlanAnswer>;
	/** Rejects with who could not and why; then nothing has changed, or the message says what has. */
	apply: (order: ApplyOrder) => Promise<ApplyAnswer>;
	/** Keeps the change that waits for it, on all live nodes. */
	confirm: () => Promise<ApplyAnswer>;
};

type Outcome = {readonly name: string; readonly answer: ControlAnswer};

export function createApply({self, live, change, letters, parse, state}: ApplyParts): Apply {
	/** Peers that are heard, of those in the list. */
	const alive = (nodes: readonly FarmNode[]): FarmNode[] => nodes.filter(({id}) => id !== self.id && state().peers.some(peer => peer.id === id && peer.isAlive));
	const away = (nodes: readonly FarmNode[]): string[] => nodes.filter(({id}) => id !== self.id && state().peers.every(peer => !(peer.id === id && peer.isAlive))).map(({name}) => name);

	const prediction = (next: Farm): Prediction => {
		const {view} = state();
		const serving = view.map(({id, weights}) => ({id, weights: id === self.id ? ownWeights(state()) : weights}));
		return predict(live.configured(), next, serving);
	};

	/** This node and the peers at the same time; none rejects. */
	const askAll = async (peers: readonly FarmNode[], own: () => Promise<unknown>, request: Readonly<Record<string, unknown>> & {readonly verb: string}, timeoutMs: number): Promise<Outcome[]> => Promise.all([
		answered(own).then(answer => ({name: self.name, answer})),
		...peers.map(async ({id, name}) => ({name, answer: await letters.ask(id, request, {timeoutMs})})),
	]);

	const backAll = async (peers: readonly FarmNode[], id: string): Promise<string> => {
		const outcomes = await askAll(peers, async () => change.back(id), {verb: 'config-back', id}, makeTimeoutMs);
		const failed = failuresOf(outcomes);
		return failed.length === 0 ? '' : `; and not all went back: ${failed.join('; ')}`;
	};

	const targetsOf = (next: Farm, isLocal: boolean): FarmNode[] => {
		const ids = new Set(next.nodes.map(({id}) => id));
		const gone = live.configured().nodes.filter(({id}) => !ids.has(id));
		const serving = gone.filter(({id}) => state().peers.some(peer => peer.id === id && peer.isAlive && isServingOrHolding(peer)));
		if (serving.length > 0) {
			const [{name}] = serving as [FarmNode];
			throw new DaemonFailure(`nothing was changed: ${serving.map(node => node.name).join(', ')} would be removed and still serves`, {hint: `drain it before: farmctl node drain --node ${name} --wait`});
		}

		return isLocal ? [] : alive(live.configured().nodes.filter(({id}) => ids.has(id)));
	};

	const changeAll = async (peers: readonly FarmNode[], id: string, {text, who, confirmMs}: ApplyOrder): Promise<string[]> => {
		const staged = await askAll(peers, async () => change.stage({id, text, who}), {verb: 'config-stage', id, text, who}, stageTimeoutMs);
		const refused = failuresOf(staged);
		if (refused.length > 0) {
			const left = await backAll(peers, id);
			throw new DaemonFailure(`nothing was changed: ${refused.join('; ')}${left}`, {hint: 'mend that and repeat: farmctl apply FILE'});
		}

		if (staged.every(({answer}) => answer.ok && (answer.result as StageAnswer).isSame)) {
			await backAll(peers, id);
			return [];
		}

		const confirm = confirmMs === undefined ? {} : {confirmMs};
		const made = await askAll(peers, async () => change.make(id, confirmMs), {verb: 'config-make', id, ...confirm}, makeTimeoutMs);
		const failed = failuresOf(made);
		if (failed.length > 0) {
			const left = await backAll(peers, id);
			throw new DaemonFailure(`all nodes went back to the configuration before: ${failed.join('; ')}${left}`, {hint: 'see how they are: farmctl status'});
		}

		return made.flatMap(({answer}) => answer.ok ? answer.result as string[] : []);
	};

	return {
		async plan(text) {
			const [before, next] = [live.configured(), await parse(text)];
			const missing = away(next.nodes.filter(({id}) => before.nodes.some(node => node.id === id)));
			return {
				farm: next.name, node: self.name, differences: differencesBetween(before, next), prediction: prediction(next), refusals: restartReasons(before, next, self.id),
				away: missing.map(name => `${name} is not heard; once it is, repeat: farmctl apply FILE`),
			};
		},
		async apply(order) {
			const next = await parse(order.text);
			const before = live.configured();
			const {disruption} = prediction(next);
			if (order.disruptionMax !== undefined && disruption > order.disruptionMax) {
				throw new DaemonFailure(`nothing was changed: ${percent(disruption)} of the clients of a rule would move or lose their service, more than the ${percent(order.disruptionMax)} that are allowed`, {
					hint: 'see which: farmctl plan FILE; or allow more: --max-disruption',
				});
			}

			const peers = targetsOf(next, order.isLocal);
			const id = randomBytes(8).toString('hex');
			const known = new Set(before.nodes.map(node => node.id));
			const warnings = await changeAll(peers, id, order);
			if (order.confirmMs === undefined) {
				await finishAll(peers, id);
			}

			return {
				id, nodes: [self, ...peers].map(({name}) => name), away: order.isLocal ? [] : away(next.nodes.filter(node => known.has(node.id))),
				added: next.nodes.filter(node => !known.has(node.id)).map(({name}) => name), warnings, ...order.confirmMs !== undefined && {confirmMs: order.confirmMs},
			};
		},
		async confirm() {
			const id = change.unconfirmed();
			if (id === undefined) {
				throw new DaemonFailure('no change of the configuration waits to be confirmed', {hint: 'it was confirmed, or it has gone back: farmctl config history'});
			}

			const peers = alive(live.configured().nodes);
			const outcomes = await askAll(peers, async () => change.confirm(id), {verb: 'config-confirm', id}, makeTimeoutMs);
			await finishAll(peers, id);
			return {
				id, nodes: outcomes.filter(({answer}) => answer.ok).map(({name}) => name), away: away(live.configured().nodes), added: [],
				warnings: [...failuresOf(outcomes), ...outcomes.flatMap(({answer}) => answer.ok ? answer.result as string[] : [])],
			};
		},
	};

	/** Whoever does not hear it goes on to accept the old configuration, which is compatible or nobody's. */
	async function finishAll(peers: readonly FarmNode[], id: string): Promise<void> {
		await askAll(peers, async () => {
			change.finish(id);
		}, {verb: 'config-finish', id}, stageTimeoutMs);
	}
}

async function answered(work: () => Promise<unknown>): Promise<ControlAnswer> {
	try {
		return {ok: true, result: await work()};
	} catch (error) {
		const {message, hint} = error as Error & {readonly hint?: string};
		return {ok: false, error: {code: 'daemon', message, ...hint !== undefined && {hint}}};
	}
}

const failuresOf = (outcomes: readonly Outcome[]): string[] => outcomes.flatMap(({name, answer}) => answer.ok ? [] : [`${name}: ${answer.error.message}`]);

const percent = (part: number): string => `${Math.round(part * 1000) / 10} %`;

