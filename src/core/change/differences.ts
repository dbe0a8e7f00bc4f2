/** What differs between two configurations of a farm, in words: one line for each thing that comes, goes or changes, in the order of the file. */

import {renderDuration} from '../config/duration.js';
import {checkKeys, serviceKeys, singleKeys} from '../config/render-application.js';
import type {Service} from '../model/application.js';
import type {Farm, FarmNode, PortRange, Rule, Vip} from '../model/farm.js';

export type ConfigurationDifference = {
	readonly kind: 'added' | 'removed' | 'changed';
	/** Such as `node web3` or `heartbeat detection`. */
	readonly what: string;
	/** What is added or removed, or `BEFORE -> AFTER`. */
	readonly text: string;
};

/** None when the two are the same. The order of nodes, VIPs and rules in the file is no difference. */
export function differencesBetween(before: Farm, after: Farm): ConfigurationDifference[] {
	return [
		...changed('farm', before.name, after.name),
		...changed('key file', before.keyFile, after.keyFile),
		...inNamed(before.nodes, after.nodes, ({name}) => `node ${name}`, nodeParts),
		...inNamed(singleParts(before), singleParts(after), ([what]) => what, ([, text]) => [['', text]]),
		...inNamed(groupsOf(before), groupsOf(after), ({name}) => `group ${name}`, ({parts}) => parts),
		...inNamed(before.vips, after.vips, ({address}) => `VIP ${address}`, vipParts),
		...inNamed(before.rules, after.rules, ruleName, rule => [['ports', portsText(rule.ports)], ...ruleParts(rule)]),
		...inNamed(before.application.services, after.application.services, ({name}) => `service ${name}`, service => serviceKeys(service).filter(([key]) => key !== 'name')),
		...orderDifference(before.application.services, after.application.services),
		...inNamed(before.application.checks, after.application.checks, ({name}) => `check ${name}`, check => checkKeys(check).filter(([key]) => key !== 'name')),
		...differingParts('', ...[before, after].map(farm => singleKeys(farm.application)) as [Part[], Part[]]),
	];
}

export const renderDifference = ({kind, what, text}: ConfigurationDifference): string =>
	`${{added: '+', removed: '-', changed: '~'}[kind]} ${what}${text === '' ? '' : `: ${text}`}`;

/** `80,443,8000-8010` */
export const portsText = (ports: readonly PortRange[]): string => ports.map(({from, to}) => from === to ? String(from) : `${from}-${to}`).join(',');

type Part = readonly [name: string, text: string];

const changed = (what: string, before: string, after: string): ConfigurationDifference[] =>
	before === after ? [] : [{kind: 'changed', what, text: `${before} -> ${after}`}];

function inNamed<T>(before: readonly T[], after: readonly T[], nameOf: (item: T) => string, partsOf: (item: T) => readonly Part[]): ConfigurationDifference[] {
	const [old, next] = [before, after].map(items => Map.groupBy(items, item => nameOf(item))) as [Map<string, T[]>, Map<string, T[]>];
	const whole = (item: T): string => partsOf(item).map(([name, text]) => name === '' ? text : `${name} ${text}`).join(', ');
	return [...new Set([...old.keys(), ...next.keys()])].flatMap(name => {
		const [gone, come] = [old.get(name) ?? [], next.get(name) ?? []];
		if (gone.length === 1 && come.length === 1) {
			return differingParts(name, partsOf(gone[0]!), partsOf(come[0]!));
		}

		const [goneTexts, comeTexts] = [gone.map(item => whole(item)), come.map(item => whole(item))];
		return [
			...goneTexts.filter(text => !comeTexts.includes(text)).map(text => ({kind: 'removed' as const, what: name, text})),
			...comeTexts.filter(text => !goneTexts.includes(text)).map(text => ({kind: 'added' as const, what: name, text})),
		];
	});
}

const differingParts = (what: string, before: readonly Part[], after: readonly Part[]): ConfigurationDifference[] =>
	[...new Set([...before, ...after].map(([name]) => name))].flatMap(name => {
		const [old, next] = [before, after].map(parts => parts.find(([other]) => other === name)?.[1] ?? 'none') as [string, string];
		return changed([what, name].filter(word => word !== '').join(' '), old, next);
	});

/** Services are started in the order of the file. */
function orderDifference(before: readonly Service[], after: readonly Service[]): ConfigurationDifference[] {
	const common = (services: readonly Service[], others: readonly Service[]): string =>
		services.map(({name}) => name).filter(name => others.some(other => other.name === name)).join(', ');
	return changed('order of services', common(before, after), common(after, before));
}

const nodeParts = ({id, addresses, weight}: FarmNode): Part[] => [['id', String(id)], ['addresses', addresses.join(', ')], ['weight', String(weight)]];

/** A weight that is the node's own is told with the node. */
const groupsOf = ({groups, nodes}: Farm): Array<{readonly name: string; readonly parts: readonly Part[]}> => groups.map(({name, weights, order}) => {
	const own = nodes.filter(({id, weight}) => weights[id] !== undefined && weights[id] !== weight).map(node => `${node.name} ${weights[node.id]}`);
	const first = order.map(id => nodes.find(node => node.id === id)?.name ?? `node ${id}`);
	return {name, parts: [['weights', own.length === 0 ? 'of the nodes' : own.join(', ')], ['priority', first.length === 0 ? 'none' : first.join(', ')]]};
});

const vipParts = ({prefixLength, interface: name, mode, mac}: Vip): Part[] => [['prefix', `/${prefixLength}`], ['interface', name], ['mode', mode], ['mac', mac]];

const ruleName = ({vip, protocol, ports}: Rule): string => `rule ${protocol} ${vip} from port ${ports[0]?.from ?? 0}`;

const ruleParts = ({affinity, group}: Rule): Part[] => [['affinity', affinity], ['group', group]];

/** Of which a farm has one. */
function singleParts({heartbeat: {port, timing, multicast}, quorum, witnesses, backend, seed, finishMs, retainMs}: Farm): Part[] {
	return [
		['heartbeat detection', renderDuration(timing.detectionMs)],
		['heartbeat detection-max', renderDuration(timing.detectionMaxMs)],
		['heartbeat interval', renderDuration(timing.intervalMs)],
		['heartbeat lease', renderDuration(timing.leaseMs)],
		['heartbeat silence', renderDuration(timing.silenceMs)],
		['heartbeat port', String(port)],
		['heartbeat multicast', multicast.length === 0 ? 'none' : multicast.join(', ')],
		['quorum', quorum],
		['witnesses', witnesses.length === 0 ? 'none' : witnesses.join(', ')],
		['backend', backend],
		['seed', String(seed)],
		['finish', renderDuration(finishMs)],
		['retain', renderDuration(retainMs)],
	];
}
