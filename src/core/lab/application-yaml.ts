/** The web server of a lab as a service of its farm: what a person would write who has one. */

import {bareAddress, servedPort, type Topology} from './topology.js';

/** More than any demo or test makes: what is shown is that the farm mends itself, not when it gives up. */
const actionsMax = 100;

/** Keys of `farm.yaml`. The server's command is completed with the node's name, which the daemon's environment has, and the VIPs. */
export function renderLabApplication(command: readonly string[], vips: Topology['vips']): string {
	const words = command.map(word => `'${word.replaceAll('\'', String.raw`'\''`)}'`).join(' ');
	const line = `exec ${words} "$FARMCTL_NODE" ${vips.map(vip => bareAddress(vip)).join(' ')}`;
	return [
		'services:',
		`  - {name: web, command: [/bin/sh, -c, ${JSON.stringify(line)}], start-timeout: 10s, stop-timeout: 2s}`,
		'checks:',
		'  - {name: web-process, type: process, service: web, action: restart}',
		`  - {name: web-answer, type: http, url: "http://127.0.0.1:${servedPort}/", interval: 500ms, timeout: 400ms, rise: 1, fall: 2, action: restart}`,
		`actions: {max: ${actionsMax}}`,
		'',
	].join('\n');
}
