/** Three nodes of keepalived in a lab's network: VRRP version 3, multicast, no authentication, preemption, all as it is by default. */

import {spawn, spawnSync} from 'node:child_process';
import {accessSync, closeSync, constants, existsSync, mkdirSync, openSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {networkCommands} from '../../../src/core/lab/network-commands.js';
import {bareAddress, topologyOf, type LabHost} from '../../../src/core/lab/topology.js';
import {takeDown} from '../../../src/edge/lab/lab.js';
import {makeFolder, placeOf} from '../../../src/edge/lab/place.js';
import {runDirOf, startPart, type Lab} from '../../../src/edge/lab/players.js';
import {runProgram} from '../../../src/edge/lab/run-program.js';
import type {Side} from './side.js';

export const keepalivedLabName = 'vrrp';

/** Of web1, web2 and web3. The second is keepalived's default; a backup of higher priority waits less, see `prioritiesHighest`. */
export const prioritiesUsual = [101, 100, 99] as const;

/** A backup waits for three adverts and a skew of (256 - priority) / 256 adverts (RFC 5798, 6.1): nothing waits less than these. */
export const prioritiesHighest = [254, 253, 252] as const;

export type VrrpOptions = {readonly advertMs: number; readonly priorities: readonly number[]};

const program = '/usr/sbin/keepalived';

/** Why there is nothing to compare with; undefined when there is. */
export const whyNoKeepalived = (): string | undefined => existsSync(program) ? undefined : 'keepalived is not installed: apt-get install keepalived';

/** Such as `2.2.7`; empty when it does not say. */
export const keepalivedVersion = (): string => /v(\d[\d.]*)/.exec(spawnSync(program, ['--version'], {encoding: 'utf8'}).stderr)?.[1] ?? '';

/** Rejects when the network cannot be had. The first node becomes the master. */
export async function openKeepalived(options: VrrpOptions): Promise<Side> {
	accessSync(program, constants.X_OK);
	await takeDown(keepalivedLabName);
	const topology = topologyOf({
		name: keepalivedLabName, nodesCount: 3, networksCount: 1, mode: 'unicast', detectionMs: 3 * options.advertMs,
	});
	const lab: Lab = {place: placeOf(keepalivedLabName), topology};
	makeFolder(lab.place);
	for (const call of networkCommands(topology)) {
		await runProgram(call);
	}

	const vip = topology.vips[0]!;
	for (const [index, node] of topology.nodes.entries()) {
		startPart(lab, node, 'server');
		startKeepalived(lab, node, renderKeepalivedConfig({name: node.name, vip, priority: options.priorities[index]!, advertMs: options.advertMs}));
	}

	const [firstNode, ...backups] = topology.nodes;
	return {
		lab,
		periodMs: options.advertMs,
		victimOf: () => firstNode!,
		isWhole: async () => await holds(firstNode!, vip) && !(await Promise.all(backups.map(async node => holds(node, vip)))).includes(true),
		async describe() {
			const words = await Promise.all(topology.nodes.map(async node => `${node.name} ${await holds(node, vip) ? 'has' : 'has not'} the VIP`));
			return words.join(', ');
		},
		async close() {
			await takeDown(keepalivedLabName);
		},
	};
}

/** The text of one node's `keepalived.conf`. */
export const renderKeepalivedConfig = ({name, vip, priority, advertMs}: {
	readonly name: string; readonly vip: string; readonly priority: number; readonly advertMs: number;
}): string => `global_defs {
	router_id ${name}
	vrrp_version 3
}
vrrp_instance farm {
	interface eth0
	virtual_router_id 77
	priority ${priority}
	advert_int ${advertMs / 1000}
	virtual_ipaddress {
		${vip} dev eth0
	}
}
`;

/** In the foreground, with its files in the lab's folder, and with the lab's end it ends. */
function startKeepalived(lab: Lab, node: LabHost, config: string): void {
	const folder = runDirOf(lab, node);
	mkdirSync(folder, {recursive: true, mode: 0o700});
	const file = (name: string): string => path.join(folder, name);
	writeFileSync(file('keepalived.conf'), config, {mode: 0o600});
	const log = openSync(file('keepalived.log'), 'a', 0o600);
	const child = spawn('ip', [
		'netns', 'exec', node.namespace, program, '--dont-fork', '--vrrp', '--log-console', '--log-detail', '--no-syslog',
		'--use-file', file('keepalived.conf'), '--pid', file('keepalived.pid'), '--vrrp_pid', file('vrrp.pid'), '--checkers_pid', file('checkers.pid'),
	], {stdio: ['ignore', log, log], cwd: '/'});
	closeSync(log);
	child.on('error', () => undefined);
	child.unref();
}

async function holds({namespace}: LabHost, vip: string): Promise<boolean> {
	const listed = await runProgram({argv: ['ip', '-n', namespace, '-o', 'address', 'show', 'to', bareAddress(vip)]});
	return listed.trim() !== '';
}
