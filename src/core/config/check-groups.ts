/** Groups of rules: whether their nodes are nodes of the farm, and whether they are shared in one way only. */

import type {Farm, FarmNode, NodeId} from '../model/farm.js';
import {defaultGroupName, groupsMax, plainGroup, type Group} from '../model/group.js';
import type {RawFarm, RawGroups} from './keys.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';
import {suggest} from './suggest.js';

type Nodes = ReadonlyArray<FarmNode | undefined>;

type RawGroup = NonNullable<RawGroups>[number]['value'];

/** The groups as far as they are right, the default group first, the others in the order of the file. */
export function checkGroups(raw: RawGroups, nodes: Nodes, report: Report): Group[] {
	const entries = raw ?? [];
	const named = entries.filter(({key}) => key !== defaultGroupName);
	if (named.length >= groupsMax) {
		report(['groups'], `there are ${named.length + 1} groups with ${quote(defaultGroupName)}, at most ${groupsMax} are allowed`);
	}

	const ordered = [...entries.filter(({key}) => key === defaultGroupName), ...named];
	const first = ordered.length === named.length ? [{key: defaultGroupName, value: undefined}] : [];
	return [...first, ...ordered].map(({key, value}) => checkGroup(key, value, nodes, report));
}

function checkGroup(name: string, raw: RawGroup, nodes: Nodes, report: Report): Group {
	if (raw?.weights !== undefined && raw.priority !== undefined) {
		report(['groups', name, 'priority'], `group ${quote(name)} has weights and a priority: it is shared, or belongs to the first of a list`, {at: 'key', hint: 'leave one of them out'});
	}

	const plain = plainGroup(name, nodes.filter(node => node !== undefined));
	const weights = (raw?.weights ?? []).flatMap(({key, value}) => {
		const id = idOf(key, ['groups', name, 'weights', key], nodes, (path, message, hint) => {
			report(path, message, {hint, at: 'key'});
		});
		return id === undefined || value === undefined ? [] : [[id, value] as const];
	});
	return {...plain, weights: {...plain.weights, ...Object.fromEntries(weights)}, order: checkPriority(name, raw?.priority ?? [], nodes, report)};
}

function checkPriority(name: string, names: ReadonlyArray<string | undefined>, nodes: Nodes, report: Report): NodeId[] {
	return names.flatMap((node, index) => {
		const path = ['groups', name, 'priority', index];
		if (node !== undefined && names.indexOf(node) < index) {
			report(path, `node ${quote(node)} is in the list already`);
			return [];
		}

		const id = node === undefined ? undefined : idOf(node, path, nodes, (at, message, hint) => {
			report(at, message, {hint});
		});
		return id === undefined ? [] : [id];
	});
}

/** Where a node is itself wrong, its name may still be right. */
function idOf<At>(name: string, path: At, nodes: Nodes, complain: (path: At, message: string, hint: string) => void): NodeId | undefined {
	const names = nodes.map(node => node?.name);
	const index = names.indexOf(name);
	if (index === -1 && !names.includes(undefined)) {
		const known = names.filter(known => known !== undefined);
		const close = suggest(name, known);
		complain(path, `the farm has no node ${quote(name)}`, close === undefined ? `its nodes are ${known.join(', ')}` : `did you mean '${close}'?`);
	}

	return nodes[index]?.id;
}

/** The name, where the farm has such a group; reports it otherwise. */
export function checkGroupName(name: string, index: number, raw: RawFarm['groups'], report: Report): string | undefined {
	const known = [...new Set([defaultGroupName, ...(raw ?? []).map(({key}) => key)])];
	if (known.includes(name)) {
		return name;
	}

	const close = suggest(name, known);
	report(['rules', index, 'group'], `the rule names the group ${quote(name)}, which is not one of this farm`, {
		hint: close === undefined ? `the groups are ${known.join(', ')}; add it under 'groups'` : `did you mean '${close}'?`,
	});
	return undefined;
}

/** What works and may surprise. */
export function groupWarnings({groups, rules}: Farm): ReadonlyArray<{readonly group: string; readonly message: string; readonly hint: string}> {
	return groups.flatMap(({name, weights, order}) => {
		const able = (order.length === 0 ? Object.values(weights) : order.map(id => weights[id] ?? 0)).filter(weight => weight > 0);
		const isUsed = name === defaultGroupName || rules.some(({group}) => group === name);
		return [
			...able.length === 0 ? [{group: name, message: `no node has a weight in the group ${quote(name)}, so nobody serves it`, hint: 'give at least one a weight of 1'}] : [],
			...isUsed ? [] : [{group: name, message: `no rule names the group ${quote(name)}`, hint: `under 'rules': {…, group: ${name}}`}],
		];
	});
}
