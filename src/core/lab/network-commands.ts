/**
The commands that build a lab's network, and those that pull and plug its cables, as argument lists. Nothing here runs anything.

Link-local addresses are given by hand and without duplicate address detection, so that IPv6 works at once and nobody waits for it.
*/

import type {LabHost, Topology} from './topology.js';

export type ProgramCall = {
	readonly argv: readonly string[];
	/** What the program reads from its standard input. */
	readonly input?: string;
};

const inNamespace = (namespace: string, lines: readonly string[]): ProgramCall => ({
	argv: ['ip', '-n', namespace, '-batch', '-'],
	input: `${lines.join('\n')}\n`,
});

/** From nothing to a LAN with all its hosts, to be run in order. */
export function networkCommands({lan, nodes, client}: Topology): ProgramCall[] {
	const hosts = [...nodes, client];
	return [
		...[lan, ...hosts].map(({namespace}) => ({argv: ['ip', 'netns', 'add', namespace]})),
		inNamespace(lan.namespace, [
			`link add ${lan.bridge} type bridge stp_state 0 forward_delay 0`,
			`link set ${lan.bridge} addrgenmode none up`,
			...hosts.flatMap(host => [
				`link add ${host.port} type veth peer name eth0 netns ${host.namespace}`,
				`link set ${host.port} addrgenmode none master ${lan.bridge} up`,
			]),
		]),
		...hosts.map((host, index) => inNamespace(host.namespace, hostLines(host, index + 1))),
	];
}

const hostLines = (host: LabHost, index: number): string[] => [
	'link set lo up',
	'link set eth0 addrgenmode none',
	`addr add fe80::${index}/64 dev eth0 nodad`,
	...host.addresses.map(address => `addr add ${address} dev eth0${address.includes(':') ? ' nodad' : ''}`),
	'link set eth0 up',
];

/** Pulls the host's cable out of the bridge, or plugs it in again. */
export const cableCommand = ({lan}: Topology, {port}: LabHost, state: 'up' | 'down'): ProgramCall => ({
	argv: ['ip', '-n', lan.namespace, 'link', 'set', port, state],
});

/** Lists the bridge's ports as JSON. */
export const portsCommand = ({lan}: Topology): ProgramCall => ({
	argv: ['ip', '-n', lan.namespace, '-json', 'link', 'show', 'master', lan.bridge],
});

/** Names of the ports whose cable is in, from the JSON that `portsCommand` prints. */
export function pluggedPorts(json: string): string[] {
	const links = JSON.parse(json === '' ? '[]' : json) as ReadonlyArray<{readonly ifname?: string; readonly flags?: readonly string[]}>;
	return links.filter(link => link.flags?.includes('UP')).flatMap(link => link.ifname ?? []);
}
