/** What clients will notice of a change: computed before it is made, from the two configurations and the nodes that serve. */

import {ownersOfGroups, type FarmMember} from '../assignment/groups.js';
import type {Farm, NodeId, Rule, Vip} from '../model/farm.js';
import {slotStride, slotsCount} from '../model/slot-set.js';
import {clashesBetween, commonRanges, withoutRanges} from './compatibility.js';
import {portsText} from './differences.js';

/** A node's part of a group's slots, as fractions. `undefined`: it is not configured then, or serves nothing. */
export type PredictedShare = {readonly group: string; readonly node: string; readonly before: number | undefined; readonly after: number | undefined};

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
	/** Slots that change hands, of `slotsCount` in each group. */
	readonly slotsMoved: ReadonlyArray<{readonly group: string; readonly slots: number}>;
	readonly shares: readonly PredictedShare[];
	readonly effects: readonly Effect[];
	/** The largest part of a rule's clients that will be served by another node or by none, as a fraction. */
	readonly disruption: number;
};

/** A node that serves now, with the weights that it runs with, one for each group of the old configuration. */
export type Serving = FarmMember;

/** Nodes that are new are taken to serve once they are started; those that are configured and do not serve now, not to. */
export function predict(before: Farm, after: Farm, serving: readonly Serving[]): Prediction {
	const now = ownersByGroup(before, serving);
	const then = ownersByGroup(after, servingAfter(before, after, serving));
	const groups = [...new Set([...now.keys(), ...then.keys()])];
	const slotsMoved = groups.map(group => ({group, slots: movedCount(now.get(group) ?? [], then.get(group) ?? [])}));
	const context: RuleContext = {
		before, after,
		moved: group => (slotsMoved.find(moved => moved.group === group)?.slots ?? 0) / slotsCount,
		rehashed: (from, to) => rehashedPart(now.get(from) ?? [], then.get(to) ?? []),
	};
	const effects = [
		...before.vips.flatMap(vip => vipEffects(vip, after.vips.find(({address}) => address === vip.address))),
		...before.rules.flatMap(rule => ruleEffects(rule, context)),
	];
	return {
		needsMiddle: clashesBetween(before, after).length > 0,
		slotsMoved,
		shares: groups.flatMap(group => sharesOf(group, [before, now], [after, then])),
		effects,
		disruption: Math.max(0, ...effects.filter(({kind}) => kind !== 'pauses').map(({part}) => part)),
	};
}

type Owners = ReadonlyMap<string, readonly NodeId[]>;

/** By the name of the group: 2520 node ids, 0 where nobody is. */
function ownersByGroup({groups}: Farm, members: readonly FarmMember[]): Owners {
	const all = ownersOfGroups(groups, members);
	return new Map(groups.map(({name}, index) => [name, all.slice(index * slotStride, (index * slotStride) + slotsCount)]));
}

const movedCount = (now: readonly NodeId[], then: readonly NodeId[]): number => now.filter((owner, slot) => owner !== 0 && owner !== (then[slot] ?? 0)).length;

function sharesOf(group: string, [before, now]: readonly [Farm, Owners], [after, then]: readonly [Farm, Owners]): PredictedShare[] {
	const share = (farm: Farm, owners: Owners, name: string): number | undefined => {
		const id = farm.nodes.find(node => node.name === name)?.id;
		const count = (owners.get(group) ?? []).filter(owner => owner === id).length;
		return count === 0 ? undefined : count / slotsCount;
	};

	return [...new Set([...before.nodes, ...after.nodes].map(({name}) => name))].map(node => ({group, node, before: share(before, now, node), after: share(after, then, node)}));
}

/** A configured weight that changes replaces the one that the node runs with. */
function servingAfter(before: Farm, after: Farm, serving: readonly Serving[]): FarmMember[] {
	return after.nodes.flatMap(({id}) => {
		const running = serving.find(member => member.id === id);
		if (running === undefined && before.nodes.some(node => node.id === id)) {
			return [];
		}

		return [{id, weights: after.groups.map(({name, weights}) => {
			const index = before.groups.findIndex(group => group.name === name);
			const isAsBefore = before.groups[index]?.weights[id] === weights[id];
			return (isAsBefore ? running?.weights[index] : undefined) ?? weights[id] ?? 0;
		})}];
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

type RuleContext = {
	readonly before: Farm;
	readonly after: Farm;
	/** The part of the group's slots that changes hands. */
	readonly moved: (group: string) => number;
	/** The part of clients that meets another node when it is dealt anew, from the one group to the other. */
	readonly rehashed: (from: string, to: string) => number;
};

function ruleEffects(rule: Rule, {before, after, moved: movedOf, rehashed}: RuleContext): Effect[] {
	const moved = movedOf(rule.group);
	if (after.vips.every(({address}) => address !== rule.vip)) {
		return [];
	}

	const others = after.rules.filter(({vip, protocol}) => vip === rule.vip && protocol === rule.protocol);
	const clashes = clashesBetween(before, after).filter(clash => clash.before === rule);
	const clashing = clashes.map(({ports}) => ports);
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
			what: named(clashing), kind: isTcp ? 'stays' as const : 'moves' as const, part: Math.max(...clashes.map(clash => rehashed(rule.group, clash.after.group))),
			text: isTcp ? 'new connections are dealt anew; established ones stay on their nodes' : 'its clients are dealt anew, and move at once',
		}],
		...alike.length === 0 || moved === 0 ? [] : [{
			what: named(alike), kind: isTcp ? 'stays' as const : 'moves' as const, part: moved,
			text: isTcp ? 'new connections of slots that move go to another node; established ones stay on theirs' : 'clients of slots that move go to another node at once',
		}],
	];
}
