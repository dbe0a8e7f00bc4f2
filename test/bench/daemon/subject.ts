/** One real daemon, started as a person would, in a network namespace where its peers' addresses are, too. */

import {spawn} from 'node:child_process';
import {
	mkdtempSync, openSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import {constants, setPriority, tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Farm} from '../../../src/core/model/farm.js';
import {loadKey, generateKey} from '../../../src/edge/config/load-key.js';
import {loadFarm} from '../../../src/edge/config/load.js';
import {requestStatus} from '../../../src/edge/control/client.js';
import {openUdp} from '../../../src/edge/datagram/udp.js';
import {createNamespace, type Namespace} from '../../kernel/support/namespace.js';
import {startPeers, type Peers} from './peers.js';
import {untilParentEnds} from './until-parent-ends.js';

const program = path.join(import.meta.dirname, '../../../../bin/farmctl');

const settleMsMax = 60_000;
const logName = 'daemon.log';

export type Subject = {
	readonly pid: number;
	readonly runDir: string;
	readonly farm: Farm;
	readonly namespace: Namespace;
	readonly peers: Peers;
};

export type SubjectOptions = {
	readonly nodesCount: number;
	/** Heartbeat networks. */
	readonly networksCount?: number;
	readonly vipsCount?: number;
	/** As in a configuration; else the usual one. */
	readonly detection?: string;
};

/** The daemon is the first node. */
const subjectId = 1;

/** Runs the work with a daemon that serves its share among its peers, and takes everything away after it. */
export async function withSubject<Result>(options: SubjectOptions, work: (subject: Subject) => Promise<Result>): Promise<Result> {
	// Before everything else, the daemon too: peers that are late themselves would be taken for dead.
	setPriority(constants.priority.PRIORITY_HIGHEST);
	const runDir = mkdtempSync(path.join(tmpdir(), 'farmctl-bench-'));
	const namespace = createNamespace();
	const undo: Array<() => Promise<void> | void> = [() => {
		namespace.close();
		rmSync(runDir, {recursive: true, force: true});
	}];
	try {
		const configPath = writeFarm(runDir, options);
		const {farm} = await loadFarm(configPath);
		addAddresses(namespace, farm);
		const peers = await startPeers({
			farm,
			subjectId,
			version: 'bench',
			keys: await loadKey(farm.keyFile),
			openPort: async (addresses, onDatagram) => namespace.run(async () => openUdp({
				addresses: addresses.map(address => ({address})), port: farm.heartbeat.port, onDatagram, refused() {},
			})),
		});
		undo.push(() => {
			peers.stop();
		});
		const child = namespace.run(() => spawn('setpriv', [...untilParentEnds, program, 'run', '--config', configPath, '--node', 'node1', '--run-dir', runDir, '--log-format', 'json'], {
			stdio: ['ignore', 'ignore', openSync(path.join(runDir, logName), 'a')],
			env: {FARMCTL_NODEJS: process.execPath, ...process.env},
		}));
		const ended = new Promise<void>(resolve => {
			child.once('exit', () => {
				resolve();
			});
		});
		undo.push(async () => {
			// Twice: the established connections of a benchmark are nobody's.
			child.kill('SIGTERM');
			await sleep(500);
			child.kill('SIGTERM');
			await ended;
		});
		await settled(runDir, farm);
		return await work({
			pid: child.pid!, runDir, farm, namespace, peers,
		});
	} finally {
		for (const step of undo.toReversed()) {
			await step();
		}
	}
}

const nodeAddress = (network: number, id: number): string => `10.${88 + network}.0.${10 + id}`;
const vipAddress = (index: number): string => `10.88.9.${1 + index}`;

function writeFarm(runDir: string, {nodesCount, networksCount = 1, vipsCount = 1, detection}: SubjectOptions): string {
	const count = (length: number): number[] => Array.from({length}, (_, index) => index);
	const keyFile = path.join(runDir, 'farm.key');
	writeFileSync(keyFile, generateKey(), {mode: 0o600});
	const configPath = path.join(runDir, 'farm.yaml');
	writeFileSync(configPath, [
		'farm: bench',
		`key-file: ${keyFile}`,
		...detection === undefined ? [] : [`heartbeat: {detection: ${detection}}`],
		'nodes:',
		...count(nodesCount).map(index => `  node${index + 1}: {id: ${index + 1}, addresses: [${count(networksCount).map(network => nodeAddress(network, index + 1)).join(', ')}]}`),
		'vips:',
		...count(vipsCount).map(index => `  - {address: ${vipAddress(index)}/16, interface: eth0, mode: unicast}`),
		'rules:',
		...count(vipsCount).map(index => `  - {vip: ${vipAddress(index)}, protocol: tcp, ports: [80, 443], affinity: client}`),
		'',
	].join('\n'));
	return configPath;
}

function addAddresses(namespace: Namespace, farm: Farm): void {
	namespace.addWire('eth0', 'wire0');
	for (const address of farm.nodes.flatMap(({addresses}) => addresses)) {
		namespace.sh('ip', 'address', 'add', `${address}/16`, 'dev', 'eth0');
	}
}

async function settled(runDir: string, farm: Farm): Promise<void> {
	const end = performance.now() + settleMsMax;
	for (;;) {
		const status = await requestStatus(runDir).catch(() => undefined);
		if (status?.state === 'UP' && status.view.members.length === farm.nodes.length && status.coverage.owned === status.coverage.total) {
			return;
		}

		if (performance.now() > end) {
			throw new Error(`the daemon does not serve its share after ${settleMsMax} ms; its last words:\n${readFileSync(path.join(runDir, logName), 'utf8').split('\n').slice(-10).join('\n')}`);
		}

		await sleep(100);
	}
}
