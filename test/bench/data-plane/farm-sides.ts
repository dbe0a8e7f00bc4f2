/**
Farms of three nodes on this machine, one for each way to distribute: the same network, servers and client, and the same MAC that every node listens to; the
rules that decide differ. HAProxy stands on a fourth host instead, which has the VIP alone and hands connections on to the three.
*/

import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {spawn} from 'node:child_process';
import path from 'node:path';
import {renderLabConfig} from '../../../src/core/lab/farm-yaml.js';
import {networkCommands} from '../../../src/core/lab/network-commands.js';
import {bareAddress, servedPort, topologyOf, type LabHost, type Topology} from '../../../src/core/lab/topology.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {desiredRuleset, ownAddresses} from '../../../src/core/ruleset/desired.js';
import {renderRuleset} from '../../../src/core/ruleset/render.js';
import {farmOf} from '../../../src/edge/config/load.js';
import {takeDown} from '../../../src/edge/lab/lab.js';
import {makeFolder, placeOf} from '../../../src/edge/lab/place.js';
import {runDirOf, startPart, type Lab} from '../../../src/edge/lab/players.js';
import {runProgram} from '../../../src/edge/lab/run-program.js';
import {clusterRules, moduloRules} from './rivals.js';

export type FarmSideName = 'nft' | 'iptables' | 'cluster' | 'modulo' | 'haproxy';

export type FarmSide = {
	readonly topology: Topology;
	/** Where clients connect. */
	readonly target: string;
	readonly close: () => Promise<void>;
};

/** Its own server has the other one. */
export const balancerPort = 8080;

const haproxy = '/usr/sbin/haproxy';
const farmctl = path.join(import.meta.dirname, '../../../../bin/farmctl');

/** Why there is nothing to compare with; undefined when there is. */
export const whyNoHaproxy = (): string | undefined => existsSync(haproxy) ? undefined : 'haproxy is not installed: apt-get install haproxy';

/** Rejects when the farm cannot be had. */
export async function openFarmSide(name: FarmSideName): Promise<FarmSide> {
	const labName = `plane${name}`;
	await takeDown(labName);
	const topology = topologyOf({
		name: labName, nodesCount: name === 'haproxy' ? 4 : 3, networksCount: 1, mode: 'multicast', detectionMs: 300,
	});
	const lab: Lab = {place: placeOf(labName), topology};
	makeFolder(lab.place);
	for (const call of networkCommands(topology)) {
		await runProgram(call);
	}

	for (const node of topology.nodes) {
		startPart(lab, node, 'server');
	}

	await (name === 'haproxy' ? startBalancer(lab) : startNodes(lab, name));
	return {
		topology,
		target: bareAddress(topology.vips[0]!),
		async close() {
			await takeDown(labName);
		},
	};
}

const inside = async ({namespace}: LabHost, argv: readonly string[], input = ''): Promise<string> => runProgram({argv: ['ip', 'netns', 'exec', namespace, ...argv], input});

async function startNodes(lab: Lab, name: Exclude<FarmSideName, 'haproxy'>): Promise<void> {
	const {topology, place} = lab;
	const config = path.join(place.folder, 'farm.yaml');
	const text = `${renderLabConfig(topology, path.join(place.folder, 'farm.key'))}${name === 'iptables' ? 'backend: iptables\n' : ''}`;
	writeFileSync(config, text, {mode: 0o600});
	const {farm} = farmOf(text, config);
	for (const [index, node] of topology.nodes.entries()) {
		const words = ['--config', config, '--node', node.name, '--run-dir', runDirOf(lab, node)];
		await inside(node, [farmctl, 'vip', 'up', ...words]);
		if (name === 'nft' || name === 'iptables') {
			await inside(node, [farmctl, 'rules', 'install', ...words]);
		} else {
			await inside(node, ['nft', '-f', '-'], macRules(farm, node));
			await inside(node, ['sh', '-e', '-c', rivalScript(name, {vip: bareAddress(topology.vips[0]!), index, count: topology.nodes.length})]);
		}
	}
}

const rivalScript = (name: 'cluster' | 'modulo', share: {readonly vip: string; readonly index: number; readonly count: number}): string => name === 'cluster'
	? clusterRules({...share, port: servedPort}).join('\n')
	: `nft '${moduloRules({...share, port: servedPort})}'`;

/** What makes the cluster MAC: farmctl's own rules without the distribution. */
function macRules(farm: Farm, {addresses}: LabHost): string {
	const own = ownAddresses(farm, addresses.map(address => ({interface: 'eth0', address: bareAddress(address)})));
	return renderRuleset({tables: desiredRuleset(farm, own).tables.filter(({family}) => family !== 'inet')});
}

async function startBalancer(lab: Lab): Promise<void> {
	const {topology, place} = lab;
	const [vip] = topology.vips;
	const balancer = topology.nodes.at(-1)!;
	await inside(balancer, ['ip', 'address', 'add', vip!, 'dev', 'eth0']);
	const folder = runDirOf(lab, balancer);
	mkdirSync(folder, {recursive: true, mode: 0o700});
	const config = path.join(place.folder, 'haproxy.cfg');
	writeFileSync(config, renderHaproxyConfig(bareAddress(vip!), topology.nodes.slice(0, -1).map(({addresses}) => bareAddress(addresses[0]!))));
	const child = spawn('ip', ['netns', 'exec', balancer.namespace, haproxy, '-db', '-f', config], {stdio: 'ignore', cwd: '/'});
	child.on('error', () => undefined);
	child.unref();
}

/** TCP mode, by the client's address as the farms do, and else as it is by default. */
export const renderHaproxyConfig = (vip: string, servers: readonly string[]): string => `global
	maxconn 4096
defaults
	mode tcp
	timeout connect 2s
	timeout client 30s
	timeout server 30s
listen farm
	bind ${vip}:${balancerPort}
	balance source
${servers.map((address, index) => `	server web${index + 1} ${address}:${servedPort}`).join('\n')}
`;
