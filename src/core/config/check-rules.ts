/** Rules: their VIPs, and whether one packet would match two of them. */

import {canonicalAddress} from '../model/address.js';
import type {PortRange, Rule, Vip} from '../model/farm.js';
import {checkGroupName} from './check-groups.js';
import type {RawFarm, RawRule} from './keys.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';
import {suggest} from './suggest.js';

/** The rules as far as they are right; `undefined` in the place of one that is not. */
export function checkRules({rules: raw, groups}: Pick<RawFarm, 'rules' | 'groups'>, vips: ReadonlyArray<Vip | undefined>, report: Report): Array<Rule | undefined> {
	const rules = (raw ?? []).map((rule, index) => {
		const group = rule?.group === undefined ? undefined : checkGroupName(rule.group, index, groups, report);
		return rule && checkRule({...rule, group}, index, vips, report);
	});
	reportOverlaps(rules, report);
	const isEveryRuleKnown = raw !== undefined && rules.every(rule => rule !== undefined);
	for (const [index, vip] of isEveryRuleKnown ? vips.entries() : []) {
		if (vip && !rules.some(rule => rule?.vip === vip.address)) {
			report(['vips', index, 'address'], `no rule names the VIP ${vip.address}, so all traffic to it would be dropped`, {
				hint: `under 'rules': {vip: "${vip.address}", protocol: tcp, ports: [80]}`,
			});
		}
	}

	return rules;
}

function checkRule(raw: RawRule, index: number, vips: ReadonlyArray<Vip | undefined>, report: Report): Rule | undefined {
	const vip = raw.vip === undefined ? undefined : checkVipName(raw.vip, index, vips, report);
	const ports = raw.ports?.filter(range => range !== undefined);
	const {protocol, affinity, group} = raw;
	const isWhole = vip !== undefined && protocol !== undefined && affinity !== undefined && group !== undefined && ports !== undefined && ports.length === raw.ports?.length;
	return isWhole ? {vip, protocol, ports: joinRanges(ports), affinity, group} : undefined;
}

function checkVipName(text: string, index: number, vips: ReadonlyArray<Vip | undefined>, report: Report): string | undefined {
	const path = ['rules', index, 'vip'];
	const address = canonicalAddress(text);
	if (address === undefined) {
		report(path, `${quote(text)} is not an IPv4 or IPv6 address`);
		return undefined;
	}

	const known = vips.filter(vip => vip !== undefined).map(vip => vip.address);
	if (known.length === vips.length && !known.includes(address)) {
		const close = suggest(address, known);
		report(path, `the rule names ${address}, which is not a VIP of this farm`, {hint: close === undefined ? `the VIPs are ${known.join(', ')}` : `did you mean ${close}?`});
	}

	return address;
}

/** Ascending and disjoint; ranges that touch become one, so that two ways to write the same ports are equal. */
function joinRanges(ranges: readonly PortRange[]): PortRange[] {
	const joined: PortRange[] = [];
	for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
		const last = joined.at(-1);
		if (last && range.from <= last.to + 1) {
			joined[joined.length - 1] = {from: last.from, to: Math.max(last.to, range.to)};
		} else {
			joined.push(range);
		}
	}

	return joined;
}

function reportOverlaps(rules: ReadonlyArray<Rule | undefined>, report: Report): void {
	for (const [index, rule] of rules.entries()) {
		for (const [otherIndex, other] of rules.slice(0, index).entries()) {
			const shared = other && rule?.vip === other.vip && rule.protocol === other.protocol ? firstShared(rule.ports, other.ports) : undefined;
			if (rule && shared !== undefined) {
				report(['rules', index], `this rule and rule ${otherIndex + 1} both match ${rule.protocol} port ${shared} of ${rule.vip}`, {hint: 'each port of a VIP belongs to one rule'});
			}
		}
	}
}

function firstShared(a: readonly PortRange[], b: readonly PortRange[]): number | undefined {
	const shared = a.flatMap(one => b.filter(other => one.from <= other.to && other.from <= one.to).map(other => Math.max(one.from, other.from)));
	return shared.length === 0 ? undefined : Math.min(...shared);
}
