/** What clients will notice of a change: computed before it is made, from the two configurations and the nodes that serve. */

import {ownersOf, slotsOf, type Member} from '../assignment/owners.js';
import type {Farm, NodeId, Rule, Vip} from '../model/farm.js';
import {countSlots, slotsCount} from '../model/slot-set.js';
import {clashesBetween, commonRanges, withoutRanges} from './compatibility.js';
import {portsText} from './differences.js';

/** A node's part of the slots, as fractions. `undefined`: it is not configured then, or does not serve. */
export type PredictedShare = {readonly node: string; readonly before: number | undefined; readonly after: number | undefined};

/** What happens to the clients of one rule, or of a VIP. */
export type Effect = {
	/** Such as `tcp 192.0.2.100 port 80`. */
	readonly what: string;
	/**
	`stays`: established connections stay where they are, until they end or the time to retain them is over, and new ones are dealt anew. `moves`: all goes
	to another node at once. `pauses`: until clients have asked for the address again. `ends`: nobody serves them any more.
	*/
	readonly kind: 'stays' | 'moves' | 'pauses' | 'ends';
	/** The part of the rule's clients that this is about, as a fraction. */
	readonly part: number;
	readonly text: string;
};

export type Prediction = {
	/** The nodes go by way of a middle configuration, in which new connections of some rules wait for a moment. */
	readonly needsMiddle: boolean;
	/** Slots that change hands, of `slotsCount`. */
	readonly slotsMoved: number;
	readonly shares: readonly PredictedShare[];
	readonly effects: readonly Effect[];
	/** The largest part of a rule's clients that will be served by another node or by none, as a fraction. */
	readonly disruption: number;
};

/** A node that serves now, with the weight that it runs with. */
export type Serving = {readonly id: NodeId; readonly weight: number};

/** Nodes that are new are taken to serve once they are started; those that are configured and do not serve now, not to. */
export function predict(before: Farm, after: Farm, serving: readonly Serving[]): Prediction {
	const now = ownersOf(serving);
	const then = ownersOf(servingAfter(before, after, serving));
	const slotsMoved = now.filter((owner, slot) => owner !== 0 && owner !== then[slot]).length;
	const moved = slotsMoved / slotsCount;
	const shareIn = (owners: readonly NodeId[], farm: Farm, name: string): number | undefined => {
		const id = farm.nodes.find(node => node.name === name)?.id;
		const share = id === undefined ? 0 : countSlots(slotsOf(owners, id)) / slotsCount;
		return share === 0 ? undefined : share;
	};

	const names = [...new Set([...before.nodes, ...after.nodes].map(({name}) => name))];
	const effects = [
		...before.vips.flatMap(vip => vipEffects(vip, after.vips.find(({address}) => address === vip.address))),
		...before.rules.flatMap(rule => ruleEffects(rule, {before, after, moved, rehashed: rehashedPart(now, then)})),
	];
	return {
		needsMiddle: clashesBetween(before, after).length > 0,
		slotsMoved,
		shares: names.map(node => ({node, before: shareIn(now, before, node), after: shareIn(then, after, node)})),
		effects,
		disruption: Math.max(0, ...effects.filter(({kind}) => kind !== 'pauses').map(({part}) => part)),
	};
}

/** A configured weight that changes replaces the one that the node runs with. */
function servingAfter(before: Farm, after: Farm, serving: readonly Serving[]): Member[] {
	return after.nodes.flatMap(node => {
		const [old, running] = [before.nodes.find(({id}) => id === node.id), serving.find(({id}) => id === node.id)];
		if (old === undefined) {
			return [{id: node.id, weight: node.weight}];
		}

		return running === undefined ? [] : [{id: node.id, weight: old.weight === node.weight ? running.weight : node.weight}];
	});
}

/** Of clients that are dealt anew by another hash the part that meets another node: all but those that meet their own by chance. */
function rehashedPart(now: readonly NodeId[], then: readonly NodeId[]): number {
	const count = (owners: readonly NodeId[], id: NodeId): number => owners.filter(owner => owner === id).length;
	return [...new Set(now)].filter(id => id !== 0).reduce((rest, id) => rest - (count(now, id) / slotsCount * (count(then, id) / slotsCount)), 1);
}

function vipEffects(vip: Vip, next: Vip | undefined): Effect[] {
	const what = `VIP ${vip.address}`;
	if (next === undefined) {
		return [{what, kind: 'ends', part: 1, text: 'the address goes away, with every connection to it'}];
	}

	if (next.interface !== vip.interface) {
		return [{what, kind: 'pauses', part: 1, text: `clients reach it by ${next.interface} once they or their router have asked for it again`}];
	}

	return next.mac === vip.mac ? [] : [{what, kind: 'pauses', part: 1, text: 'clients that hold the old MAC are served by it until they ask again'}];
}

type RuleContext = {readonly before: Farm; readonly after: Farm; readonly moved: number; readonly rehashed: number};

function ruleEffects(rule: Rule, {before, after, moved, rehashed}: RuleContext): Effect[] {
	if (after.vips.every(({address}) => address !== rule.vip)) {
		return [];
	}

	const others = after.rules.filter(({vip, protocol}) => vip === rule.vip && protocol === rule.protocol);
	const clashing = clashesBetween(before, after).filter(clash => clash.before === rule).map(({ports}) => ports);
	const served = others.flatMap(other => commonRanges(rule.ports, other.ports));
	const isTcp = rule.protocol === 'tcp';
	const named = (ports: Rule['ports']): string => `${rule.protocol} ${rule.vip} port ${portsText(ports)}`;
	const gone = withoutRanges(rule.ports, served);
	const alike = withoutRanges(served, clashing);
	return [
		...gone.length === 0 ? [] : [{
			what: named(gone), kind: isTcp ? 'stays' as const : 'ends' as const, part: 1,
			text: isTcp ? 'no new connections; established ones may end' : 'no node serves it any more',
		}],
		...clashing.length === 0 ? [] : [{
			what: named(clashing), kind: isTcp ? 'stays' as const : 'moves' as const, part: rehashed,
			text: isTcp ? 'new connections are dealt anew; established ones stay on their nodes' : 'its clients are dealt anew, and move at once',
		}],
		...alike.length === 0 || moved === 0 ? [] : [{
			what: named(alike), kind: isTcp ? 'stays' as const : 'moves' as const, part: moved,
			text: isTcp ? 'new connections of slots that move go to another node; established ones stay on theirs' : 'clients of slots that move go to another node at once',
		}],
	];
}
