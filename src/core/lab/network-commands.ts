/**
The commands that build a lab's network, and those that pull and plug its cables, as argument lists. Nothing here runs anything.

Link-local addresses are given by hand and without duplicate address detection, so that IPv6 works at once and nobody waits for it.
*/

import type {Cable, LabHost, Topology} from './topology.js';

export type ProgramCall = {
	readonly argv: readonly string[];
	/** What the program reads from its standard input. */
	readonly input?: string;
};

const inNamespace = (namespace: string, lines: readonly string[]): ProgramCall => ({
	argv: ['ip', '-n', namespace, '-batch', '-'],
	input: `${lines.join('\n')}\n`,
});

/** From nothing to the networks with all its hosts, to be run in order. */
export function networkCommands({lan, nodes, client}: Topology): ProgramCall[] {
	const hosts = [...nodes, client];
	return [
		...[lan, ...hosts].map(({namespace}) => ({argv: ['ip', 'netns', 'add', namespace]})),
		inNamespace(lan.namespace, [
			...lan.bridges.flatMap(bridge => [
				`link add ${bridge} type bridge stp_state 0 forward_delay 0`,
				`link set ${bridge} addrgenmode none up`,
			]),
			...hosts.flatMap(host => host.cables.flatMap(cable => [
				`link add ${cable.port} type veth peer name ${cable.interface} netns ${host.namespace}`,
				`link set ${cable.port} addrgenmode none master ${cable.bridge} up`,
			])),
		]),
		...hosts.map((host, index) => inNamespace(host.namespace, hostLines(host, index + 1))),
	];
}

const hostLines = (host: LabHost, index: number): string[] => [
	'link set lo up',
	...host.cables.flatMap(cable => [
		`link set ${cable.interface} addrgenmode none`,
		`addr add fe80::${index}/64 dev ${cable.interface} nodad`,
		...cable.addresses.map(address => `addr add ${address} dev ${cable.interface}${address.includes(':') ? ' nodad' : ''}`),
		`link set ${cable.interface} up`,
	]),
];

/** Pulls the cable out of its bridge, or plugs it in again. */
export const cableCommand = ({lan}: Topology, {port}: Cable, state: 'up' | 'down'): ProgramCall => ({
	argv: ['ip', '-n', lan.namespace, 'link', 'set', port, state],
});

/** Lists the interfaces of the LAN's namespace as JSON, the bridges' ports among them. */
export const portsCommand = ({lan}: Topology): ProgramCall => ({
	argv: ['ip', '-n', lan.namespace, '-json', 'link', 'show'],
});

/** Names of the interfaces that are up, from the JSON that `portsCommand` prints. */
export function pluggedPorts(json: string): string[] {
	const links = JSON.parse(json === '' ? '[]' : json) as ReadonlyArray<{readonly ifname?: string; readonly flags?: readonly string[]}>;
	return links.filter(link => link.flags?.includes('UP')).flatMap(link => link.ifname ?? []);
}
