/** The configuration of a lab's farm: what a person would write for these nodes. */

import {bareAddress, echoPort, finishMs, servedPort, type Topology} from './topology.js';

/** The text of `farm.yaml`. */
export function renderLabConfig({options, nodes, vips}: Topology, keyFile: string): string {
	const lines = [
		`farm: ${options.name}`,
		`key-file: ${keyFile}`,
		'nodes:',
		...nodes.map(({name, addresses}, index) => `  ${name}: {id: ${index + 1}, addresses: [${addresses.map(address => `"${bareAddress(address)}"`).join(', ')}]}`),
		`heartbeat: {detection: ${options.detectionMs}ms}`,
		...options.backend === undefined ? [] : [`backend: ${options.backend}`],
		`finish: ${finishMs / 1000}s`,
		'vips:',
		...vips.map(address => `  - {address: "${address}", interface: eth0, mode: ${options.mode}}`),
		'rules:',
		...vips.flatMap(address => [
			`  - {vip: "${bareAddress(address)}", protocol: tcp, ports: [${servedPort}], affinity: client}`,
			`  - {vip: "${bareAddress(address)}", protocol: udp, ports: [${echoPort}], affinity: client}`,
		]),
	];
	return `${lines.join('\n')}\n${options.application ?? ''}`;
}
