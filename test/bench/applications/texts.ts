/** What the farms of this benchmark run and check, in the words of farmctl.conf(5). */

import path from 'node:path';
import process from 'node:process';

/** What a check and a fault have to agree upon. */
export const surroundings = {gateway: '10.77.1.1', backendAddress: '192.0.2.1', databasePort: 5432} as const;

export const fileIn = {
	disk: (folder: string): string => path.join(folder, 'disk'),
	nginxOf: (folder: string, node: string): string => path.join(folder, `${node}.conf`),
	authority: (folder: string): string => path.join(folder, 'authority.pem'),
	unitsOf: (folder: string, node: string): string => path.join(folder, 'units', node),
	programs: (folder: string): string => path.join(folder, 'bin'),
} as const;

export const applicationProgram = path.join(import.meta.dirname, '../../fixtures/application.js');

/** More than a run makes: what is measured is how a farm mends itself, not when it gives up. */
const actions = 'actions: {max: 1000}';

/** In the words of YAML. */
export const list = (words: ReadonlyArray<string | number>): string => `[${words.map(word => JSON.stringify(String(word))).join(', ')}]`;

/** The small application. `slowMs`: how long it takes to start; `workMs`: to answer a request. */
export const smallCommand = (folder: string, {slowMs, workMs}: {readonly slowMs: number; readonly workMs: number}): string[] =>
	[process.execPath, applicationProgram, folder, '--slow', String(slowMs), '--work', String(workMs)];

const ownChecks = [
	'  - {name: app-process, type: process, service: app, action: restart}',
	'  - {name: app-port, type: tcp, port: 80, interval: 200ms, timeout: 200ms, rise: 1, fall: 2, action: restart}',
	'  - {name: app-answer, type: http, url: "http://127.0.0.1/", interval: 300ms, timeout: 500ms, rise: 1, fall: 2, action: restart}',
];

/** Nothing but the application and the checks of it. */
export const smallText = (command: string): string => [
	'services:',
	`  - {name: app, command: ${command}, start-timeout: 15s, stop-timeout: 3s}`,
	'checks:',
	...ownChecks,
	actions,
	'',
].join('\n');

/** With all that is around it; a node waits outside the farm while something of that is down. */
export const surroundedText = (folder: string, command: string): string => [
	smallText(command).replace(`${actions}\n`, '').trimEnd(),
	`  - {name: gateway, type: ping, address: ${surroundings.gateway}, interval: 300ms, timeout: 200ms, rise: 1, fall: 2}`,
	'  - {name: backend, type: interface, interface: eth1, interval: 300ms}',
	`  - {name: backend-address, type: address, address: ${surroundings.backendAddress}, interval: 300ms}`,
	`  - {name: disk, type: file, path: ${JSON.stringify(fileIn.disk(folder))}, free-min: 1MiB, interval: 300ms}`,
	actions,
	'',
].join('\n');

/** A database that all nodes need and that they share. */
export const dependentText = (command: string, keepAtLeast: number): string => [
	smallText(command).replace(`${actions}\n`, '').trimEnd(),
	`  - {name: database, type: tcp, address: ${surroundings.gateway}, port: ${surroundings.databasePort}, interval: 300ms, timeout: 200ms, rise: 1, fall: 2, action: wait, when: up}`,
	`keep-at-least: ${keepAtLeast}`,
	actions,
	'',
].join('\n');

/** nginx, with TLS. */
export const nginxText = (folder: string): string => [
	'services:',
	`  - {name: web, command: ${list(['/bin/sh', '-c', `exec nginx -c ${folder}/$FARMCTL_NODE.conf`])}, start-timeout: 10s, stop-timeout: 3s}`,
	'checks:',
	'  - {name: web-process, type: process, service: web, action: restart}',
	'  - {name: web-answer, type: http, url: "http://127.0.0.1/", interval: 300ms, timeout: 500ms, rise: 1, fall: 2, action: restart}',
	`  - {name: web-tls, type: http, url: "https://localhost/", authorities: ${JSON.stringify(fileIn.authority(folder))}, interval: 300ms, timeout: 500ms, rise: 1, fall: 2, action: wait}`,
	actions,
	'',
].join('\n');

/** The small application as a unit of systemd's. */
export const unitText = (): string => [
	'services:',
	'  - {name: app, unit: app.service, start-timeout: 15s, stop-timeout: 3s}',
	'checks:',
	'  - {name: app-unit, type: unit, unit: app.service, interval: 300ms, action: restart}',
	'  - {name: app-answer, type: http, url: "http://127.0.0.1/", interval: 300ms, timeout: 500ms, rise: 1, fall: 2, action: restart}',
	actions,
	'',
].join('\n');
