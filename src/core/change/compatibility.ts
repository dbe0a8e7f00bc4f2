/**
Whether nodes may run either of two configurations at the same time without two of them accepting the same packet.

Slots are the same thing under both, and a slot has one owner. So a packet has two acceptors only where both configurations serve its VIP, protocol and
port and put it into different slots: with another affinity or another group. Where only one of them serves it, only nodes that run that one accept it.
Weights and priorities are no matter of this: nodes agree on them in the view before a slot moves.
*/

import type {Farm, PortRange, Protocol, Rule} from '../model/farm.js';

/** Ports of a VIP that both configurations serve, and not alike. */
export type Clash = {readonly vip: string; readonly protocol: Protocol; readonly ports: PortRange; readonly before: Rule; readonly after: Rule};

/** Where nodes that run one of these would accept what nodes of the other accept too; none when they are compatible. They must have one seed and back end. */
export const clashesBetween = (before: Farm, after: Farm): Clash[] => before.rules.flatMap(one => after.rules
	.filter(other => other.vip === one.vip && other.protocol === one.protocol && !isDealtAlike({farm: before, rule: one}, {farm: after, rule: other}))
	.flatMap(other => commonRanges(one.ports, other.ports).map(ports => ({
		vip: one.vip, protocol: one.protocol, ports, before: one, after: other,
	}))));

export const areCompatible = (before: Farm, after: Farm): boolean =>
	before.seed === after.seed && before.backend === after.backend && clashesBetween(before, after).length === 0;

/**
The configuration between two that are not compatible: the new one without the ports that are served differently. It is compatible with both, so a farm
goes by way of it: once every node that serves runs it, nobody holds to the old rules any more.
*/
export function middleOf(before: Farm, after: Farm): Farm {
	const clashes = clashesBetween(before, after);
	const rules = after.rules.map(rule => ({...rule, ports: withoutRanges(rule.ports, clashes.filter(clash => clash.after === rule).map(({ports}) => ports))}));
	return {...after, rules: rules.filter(({ports}) => ports.length > 0)};
}

export type Ports = {readonly vip: string; readonly protocol: Protocol; readonly ports: readonly PortRange[]};

/**
The TCP ports whose established connections must be kept on the nodes that have them: what the old configuration served and the new one deals differently
or not at all, on VIPs that stay.
*/
export function keptPorts(before: Farm, after: Farm): Ports[] {
	const vips = new Set(after.vips.map(({address}) => address));
	return before.rules.filter(({vip, protocol}) => protocol === 'tcp' && vips.has(vip)).map(rule => {
		const alike = after.rules
			.filter(other => other.vip === rule.vip && other.protocol === 'tcp' && isDealtAlike({farm: before, rule}, {farm: after, rule: other}))
			.flatMap(({ports}) => ports);
		return {vip: rule.vip, protocol: rule.protocol, ports: withoutRanges(rule.ports, alike)};
	}).filter(({ports}) => ports.length > 0);
}

type InFarm = {readonly farm: Farm; readonly rule: Rule};

const isDealtAlike = (a: InFarm, b: InFarm): boolean => a.farm.seed === b.farm.seed && a.rule.affinity === b.rule.affinity && groupOf(a) === groupOf(b);

/** Slots have numbers by the place of their group in the list, whatever its name is. */
const groupOf = ({farm, rule}: InFarm): number => farm.groups.findIndex(({name}) => name === rule.group);

export const commonRanges = (a: readonly PortRange[], b: readonly PortRange[]): PortRange[] => a.flatMap(one => b
	.map(other => ({from: Math.max(one.from, other.from), to: Math.min(one.to, other.to)}))
	.filter(({from, to}) => from <= to));

/** What of the first is in none of the second. */
export function withoutRanges(ranges: readonly PortRange[], gone: readonly PortRange[]): PortRange[] {
	let rest = [...ranges];
	for (const {from, to} of gone) {
		rest = rest.flatMap(range => from > range.to || to < range.from
			? [range]
			: [{from: range.from, to: from - 1}, {from: to + 1, to: range.to}].filter(part => part.from <= part.to));
	}

	return rest;
}
