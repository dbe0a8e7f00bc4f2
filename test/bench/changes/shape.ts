/** What of the farm's configuration changes while it serves. */

import type {Member} from '../../../src/core/assignment/owners.js';
import {bareAddress, type Topology} from '../../../src/core/lab/topology.js';
import type {Affinity} from '../../../src/core/model/farm.js';

export type Shape = {
	readonly nodes: readonly string[];
	/** Told to serve nothing. */
	readonly resting: readonly string[];
	/** 1 for who is not named. */
	readonly weights: Readonly<Record<string, number>>;
	/** Whether there is a rule for `portOf.added`. */
	readonly hasAddedRule: boolean;
	/** Of the rule for `portOf.turned`. */
	readonly turnedAffinity: Affinity;
};

/** `main` is never changed; all traffic that is judged goes there unless said otherwise. */
export const portOf = {main: 7, turned: 8, added: 9} as const;

export const firstShape: Shape = {nodes: ['web1', 'web2', 'web3'], resting: [], weights: {}, hasAddedRule: false, turnedAffinity: 'client'};

/** The text of `farm.yaml`. */
export function renderShape({options, nodes, vips}: Topology, {nodes: names, weights, hasAddedRule, turnedAffinity}: Shape, keyFile: string): string {
	const ruleLines = (port: number, affinity: Affinity): string[] => vips.flatMap(vip =>
		['tcp', 'udp'].map(protocol => `  - {vip: "${bareAddress(vip)}", protocol: ${protocol}, ports: [${port}], affinity: ${affinity}}`));
	return [
		`farm: ${options.name}`,
		`key-file: ${keyFile}`,
		'nodes:',
		...[...nodes.entries()].filter(([, {name}]) => names.includes(name)).map(([index, {name, addresses}]) =>
			`  ${name}: {id: ${index + 1}, addresses: [${addresses.map(address => `"${bareAddress(address)}"`).join(', ')}], weight: ${weights[name] ?? 1}}`),
		`heartbeat: {detection: ${options.detectionMs}ms}`,
		'vips:',
		...vips.map(address => `  - {address: "${address}", interface: eth0, mode: ${options.mode}}`),
		'rules:',
		...ruleLines(portOf.main, 'client'),
		...ruleLines(portOf.turned, turnedAffinity),
		...hasAddedRule ? ruleLines(portOf.added, 'connection') : [],
		'',
	].join('\n');
}

const even: readonly Member[] = [1, 2, 3].map(id => ({id, weight: 1}));

/** Who serves before and after each change of a cycle that moves slots. */
export const movesOfCycle: ReadonlyArray<readonly [readonly Member[], readonly Member[]]> = [
	...[1, 2, 3].map(id => [even, even.filter(member => member.id !== id)] as const),
	[even, even.with(0, {id: 1, weight: 3})],
	[even, [...even, {id: 4, weight: 1}]],
];
