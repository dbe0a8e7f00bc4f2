/**
A farm whose nodes run an application as their daemons' service, and traffic that tells what became of each request.

	web1 … web3 ---- br0 ---- client      VIPs, the application, traffic
	web1 … web3 ---- br1                  a network for what is behind the application
*/

import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {bareAddress, servedPort} from '../../../src/core/lab/topology.js';
import {nodeNamed} from '../../../src/edge/lab/faults.js';
import {takeDown} from '../../../src/edge/lab/lab.js';
import {logTail, partOf} from '../../../src/edge/lab/players.js';
import type {ApplicationLook, ApplicationMode} from '../../fixtures/application.js';
import {labFor, type Lab} from '../../kernel/support/lab.js';
import {startLineProgram, type LineProgram} from '../line-program.js';
import type {ComeLook, ComePlan} from '../traffic/come.js';
import type {KeepLook, KeepPlan} from '../traffic/keep.js';
import {fileIn} from './texts.js';

export type ApplicationLoad = {readonly perSecond: number; readonly connections: number};

export type ApplicationFarm = {
	readonly lab: Lab;
	/** Of the files of its applications. */
	readonly folder: string;
	/** What the application of a node is to do; it is asked at its control socket. */
	readonly turn: (node: string, mode: ApplicationMode | 'look') => Promise<ApplicationLook>;
	readonly look: () => Promise<{readonly come: ComeLook; readonly keep: KeepLook}>;
	/** Inside the daemon's own mounts. */
	readonly besideDaemon: (node: string, script: string) => Promise<string>;
	readonly end: () => Promise<void>;
};

/** Where the applications of a farm have their sockets and files. */
export const folderOf = (name: string): string => path.join(tmpdir(), `farmctl-bench-${name}`);

const everyMs = 100;
const stallMs = 2000;
const brokenMs = 30_000;
/** So short that whoever is drained is done before a node is asked to finish. */
const lives = {mortalEach: 1, lifeMinMs: 300, lifeMaxMs: 1500};

export type FarmOptions = {
	readonly name: string;
	/** The text of the application's part of the configuration. */
	readonly application: string;
	readonly load: ApplicationLoad;
	/** Makes what stands beside the farm as soon as its network is there. */
	readonly surround?: ((name: string, teardown: (down: () => unknown) => void) => Promise<void>) | undefined;
};

/** Resolves when every node serves. */
export async function openApplicationFarm({name, application, load, surround}: FarmOptions): Promise<ApplicationFarm> {
	const downs: Array<() => unknown> = [];
	const end = async (): Promise<void> => {
		for (const down of downs.toReversed()) {
			await down();
		}

		rmSync(folderOf(name), {recursive: true, force: true});
	};

	try {
		await takeDown(name);
		mkdirSync(fileIn.disk(folderOf(name)), {recursive: true});
		const file = path.join(folderOf(name), 'application.yaml');
		writeFileSync(file, application);
		const teardown = (down: () => unknown): void => {
			downs.push(down);
		};

		const [lab] = await Promise.all([labFor({teardown}, name, '--networks', '2', '--application', file), surround?.(name, teardown)]);
		const programs = startTraffic(lab, load);
		downs.push(async () => {
			await programs.keep.ask('end').catch(() => undefined);
			await Promise.all([programs.come.end(), programs.keep.end()]);
		});
		return {
			lab, end,
			folder: folderOf(name),
			turn: async (node, mode) => askAt(path.join(folderOf(name), `${node}.sock`), mode),
			async look() {
				const [come, keep] = await Promise.all([programs.come.ask('look'), programs.keep.ask('look')]);
				return {come, keep};
			},
			async besideDaemon(node, script) {
				const {pid} = partOf(lab.inside, nodeNamed(lab.inside, node), 'daemon')!;
				return lab.shell(node, `nsenter --target ${pid} --mount sh -ec '${script}'`);
			},
		};
	} catch (error) {
		await end();
		throw error;
	}
}

/** What a node's daemon said last, for errors. */
export const lastWords = ({lab}: ApplicationFarm): string => lab.inside.topology.nodes.map(node => `${node.name}: ${logTail(lab.inside, node, 'daemon', 10)}`).join('\n');

function startTraffic({inside: {topology}}: Lab, {perSecond, connections}: ApplicationLoad): {come: LineProgram<ComeLook>; keep: LineProgram<KeepLook>} {
	const [vip4, vip6] = topology.vips.map(vip => bareAddress(vip));
	const sources = topology.client.addresses.map(address => bareAddress(address)).map(source => ({source, target: source.includes(':') ? vip6! : vip4!}));
	const program = <Answer>(name: string, plan: unknown): LineProgram<Answer> =>
		startLineProgram<Answer>(topology.client.namespace, path.join(import.meta.dirname, '../traffic', `${name}.js`), JSON.stringify(plan));
	return {
		come: program<ComeLook>('come', {port: servedPort, perSecond, sources, dialect: 'http', isEachTold: true} satisfies ComePlan),
		keep: program<KeepLook>('keep', {port: servedPort, count: connections, everyMs, stallMs, brokenMs, sources, ...lives} satisfies KeepPlan),
	};
}

/** What the application answers at its control socket. Rejects where it is not there. */
export async function askAt(file: string, line: string): Promise<ApplicationLook> {
	const socket = net.connect(file);
	socket.write(`${line}\n`);
	try {
		const {value, done} = await createInterface({input: socket})[Symbol.asyncIterator]().next() as {value: string; done?: boolean};
		if (done === true) {
			throw new Error(`no answer at ${file}`);
		}

		return JSON.parse(value) as ApplicationLook;
	} finally {
		socket.destroy();
	}
}
