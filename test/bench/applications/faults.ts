/** Every fault: what happens to the application of a node, to what is around it, and what an operator orders. */

import {execFile} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {cableCommand} from '../../../src/core/lab/network-commands.js';
import {nodeNamed} from '../../../src/edge/lab/faults.js';
import {applicationOf, runDirOf} from '../../../src/edge/lab/players.js';
import {runProgram} from '../../../src/edge/lab/run-program.js';
import type {ApplicationFarm} from './farm.js';
import type {ApplicationFault} from './play.js';
import {fileIn, surroundings} from './texts.js';

const run = promisify(execFile);

const program = path.join(import.meta.dirname, '../../../../bin/farmctl');
const victim = 'web2';
/** Whose daemon is asked, which passes orders on. */
const asked = 'web1';
const bridgeTable = 'bench-gateway';
/** The system's own: a package of npm's of that name is another program. */
const nft = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin nft';

const sudden = {victims: [victim], nature: 'sudden', isMoved: true} as const;
/** Its cause lasts until the node waits for its end. */
const outside = {
	victims: [victim], nature: 'outside', isMoved: true,
	endure: async ({lab}: ApplicationFarm) => (await lab.nodes()).some(({name, status}) => name === victim && status?.state === 'WAIT'),
} as const;

/** Of the small application's process. */
const signalled = (name: string, signal: NodeJS.Signals): ApplicationFault => ({
	name, ...sudden,
	async arm(farm) {
		const {pid} = await farm.turn(victim, 'look');
		return () => process.kill(pid, signal);
	},
});

/** Of all that the daemon has started. */
function allSignalled(name: string, signal: NodeJS.Signals): ApplicationFault {
	return {
		name, ...sudden,
		async arm({lab: {inside}}) {
			const found = applicationOf(inside, nodeNamed(inside, victim));
			return () => {
				for (const {pid} of found) {
					process.kill(pid, signal);
				}
			};
		},
	};
}

export const killed = signalled('kill -9 of the application', 'SIGKILL');

/** What the small application does when it is well no more. */
export const applicationFaults: readonly ApplicationFault[] = [
	killed,
	signalled('the application hangs (SIGSTOP)', 'SIGSTOP'),
	{name: 'the application answers HTTP 500', ...sudden, arm: async farm => async () => farm.turn(victim, 'failing')},
	{name: 'the application closes its port', ...sudden, arm: async farm => async () => farm.turn(victim, 'closed')},
];

/** What an operator orders. */
export const orders: readonly ApplicationFault[] = [
	{
		name: 'a node is stopped and started', ...sudden, nature: 'asked',
		arm: async farm => async () => farmctl(farm, 'node', 'stop', victim),
		heal: async farm => farmctl(farm, 'node', 'start', victim),
	},
	{name: 'a node is restarted', ...sudden, nature: 'asked', arm: async farm => async () => farmctl(farm, 'node', 'restart', victim)},
];

export const restartOfAll: ApplicationFault = {
	name: 'all nodes are restarted, one after the other', victims: [victim], nature: 'asked', isMoved: true, arm: async farm => async () => farmctl(farm, 'node', 'restart', '--all'),
};

/** What is around the application of one node. */
export const surroundingFaults: readonly ApplicationFault[] = [
	{
		name: 'the gateway is gone', ...outside,
		arm: async farm => async () => farm.lab.shell('lan', gatewayLost()),
		heal: async farm => farm.lab.shell('lan', `${nft} delete table bridge ${bridgeTable}`),
	},
	{
		name: 'an interface is down', ...outside,
		arm: async farm => async () => setBackend(farm, 'down'),
		heal: async farm => setBackend(farm, 'up'),
	},
	{
		name: 'an address is removed', ...outside,
		arm: async farm => async () => farm.lab.shell(victim, `ip address del ${surroundings.backendAddress}/32 dev lo`),
		heal: async farm => farm.lab.shell(victim, `ip address add ${surroundings.backendAddress}/32 dev lo`),
	},
	{
		name: 'the disk is full', ...outside,
		arm: async farm => async () => farm.besideDaemon(victim, `mount -t tmpfs -o size=64k tmpfs ${fileIn.disk(farm.folder)}`),
		heal: async farm => farm.besideDaemon(victim, `umount ${fileIn.disk(farm.folder)}`),
	},
];

/** Of nginx: its programs all at once. */
export const nginxFaults: readonly ApplicationFault[] = [
	allSignalled('kill -9 of nginx', 'SIGKILL'),
	allSignalled('nginx hangs (SIGSTOP)', 'SIGSTOP'),
	{
		name: 'nginx shows a wrong certificate', ...outside,
		arm: async farm => async () => showCertificate(farm, 'wrong'),
		heal: async farm => showCertificate(farm, 'right'),
	},
	...orders,
];

export const unitFaults: readonly ApplicationFault[] = [
	{
		name: 'the unit has failed', ...sudden,
		async arm(farm) {
			const {pid} = await farm.turn(victim, 'look');
			return () => process.kill(pid, 'SIGKILL');
		},
	},
	...orders,
];

/** Makes the farm forget what its nodes have mended: each restart waits longer than the one before. */
export async function forget(farm: ApplicationFarm): Promise<void> {
	await farmctl(farm, 'node', 'start', '--all');
}

async function farmctl({lab: {inside}}: ApplicationFarm, ...words: readonly string[]): Promise<unknown> {
	return run(program, [...words, '--run-dir', runDirOf(inside, nodeNamed(inside, asked))]);
}

/** Echo requests of the one node are lost on their way to the gateway. */
function gatewayLost(): string {
	return [
		`${nft} add table bridge ${bridgeTable}`,
		`${nft} add chain bridge ${bridgeTable} forward "{ type filter hook forward priority 0; }"`,
		`${nft} add rule bridge ${bridgeTable} forward iifname to-${victim} ip protocol icmp ip daddr ${surroundings.gateway} drop`,
	].join(' && ');
}

async function setBackend({lab: {inside}}: ApplicationFarm, state: 'up' | 'down'): Promise<void> {
	await runProgram(cableCommand(inside.topology, nodeNamed(inside, victim).cables[1]!, state));
}

async function showCertificate({folder, lab}: ApplicationFarm, which: 'wrong' | 'right'): Promise<void> {
	await lab.shell(victim, `cp ${folder}/${which}.pem ${folder}/${victim}.pem && kill -HUP $(cat ${folder}/${victim}.pid)`);
}
