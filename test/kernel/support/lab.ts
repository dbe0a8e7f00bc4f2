/** A lab for one test, driven through the built program as a person would, and taken down whatever happens. */

import {execFile} from 'node:child_process';
import path from 'node:path';
import {promisify} from 'node:util';
import type {ExecutionContext} from 'ava';
import {exitCodes} from '../../../src/errors.js';
import type {LabReportNode} from '../../../src/core/lab/report.js';
import type {Status} from '../../../src/core/status/status.js';
import {labReport} from '../../../src/edge/lab/lab-status.js';
import {openLab} from '../../../src/edge/lab/lab.js';
import type {Lab as OpenLab} from '../../../src/edge/lab/players.js';

const run = promisify(execFile);

const program = path.join(import.meta.dirname, '../../../../bin/farmctl');

/** Far above what anything here takes on a busy machine: only a hang reaches it. */
export const labDeadlineMs = 60_000;

/** So long that a busy machine ends no lease. What is about shorter ones says so. */
const calmDetection = ['--detection', '2s'] as const;

/** `status`: what the daemon answers, if it does. */
export type NodeReport = Omit<LabReportNode, 'status'> & {readonly status: Status | undefined};

export type Lab = {
	readonly name: string;
	/** For what is done within this process: a program started for it would take long, and disturb what is measured. */
	readonly inside: OpenLab;
	readonly vip: string;
	/** `farmctl lab VERB --name LAB …`; what it printed. The answer no (a degraded farm) is an answer. */
	readonly farmctl: (verb: string, ...words: readonly string[]) => Promise<string>;
	/** A program inside a host's network namespace. */
	readonly spawnIn: (host: string, program: string, ...words: readonly string[]) => [file: string, words: string[]];
	readonly shell: (host: string, script: string) => Promise<string>;
	/** What `farmctl lab status` tells, asked within this process. */
	readonly nodes: () => Promise<readonly NodeReport[]>;
	/** Waits until every node but the named ones is UP and together they own every slot. */
	readonly settled: (...without: readonly string[]) => Promise<void>;
	readonly macOf: (node: string) => Promise<string>;
};

/** `options` are those of `farmctl lab up`. */
export async function labFor(t: Pick<ExecutionContext, 'teardown'>, name: string, ...options: readonly string[]): Promise<Lab> {
	const farmctl = async (verb: string, ...words: readonly string[]): Promise<string> => {
		try {
			const {stdout} = await run(program, ['lab', verb, '--name', name, ...words], {timeout: labDeadlineMs, maxBuffer: 64 * 1024 * 1024});
			return stdout;
		} catch (error) {
			const {code, stdout, stderr} = error as {code: number; stdout: string; stderr: string};
			if (code === exitCodes.no) {
				return stdout;
			}

			throw new Error(`farmctl lab ${verb} ${words.join(' ')} ended with ${code}: ${stderr}`, {cause: error});
		}
	};

	await farmctl('down');
	t.teardown(async () => farmctl('down'));
	await farmctl('up', ...options.includes('--detection') ? [] : calmDetection, ...options);
	const inside = openLab(name);
	const spawnIn = (host: string, file: string, ...words: readonly string[]): [string, string[]] => ['ip', ['netns', 'exec', `farmctl-${name}-${host}`, file, ...words]];
	const nodes = async (): Promise<readonly NodeReport[]> => (await labReport(inside)).nodes.map(node => ({...node, status: node.status ?? undefined}));
	const shell = async (host: string, script: string): Promise<string> => (await run(...spawnIn(host, 'sh', '-ec', script), {maxBuffer: 64 * 1024 * 1024})).stdout;
	const lab: Lab = {
		name,
		inside,
		vip: '10.77.0.100',
		farmctl,
		spawnIn,
		shell,
		nodes,
		async settled(...without) {
			await until(async () => isSettled((await nodes()).filter(node => !without.includes(node.name))));
		},
		macOf: async node => (JSON.parse(await shell(node, 'ip -j link show eth0')) as Array<{address: string}>)[0]!.address,
	};
	await lab.settled();
	return lab;
}

const isSettled = (nodes: readonly NodeReport[]): boolean => nodes.every(({status}) => status?.state === 'UP'
	&& status.view.members.length === nodes.length
	&& status.coverage.owned === status.coverage.total
	&& status.coverage.overlapping === 0);

/** Polls until the condition holds; throws when the deadline passes first. */
export async function until(condition: () => Promise<boolean> | boolean, deadlineMs = labDeadlineMs): Promise<void> {
	const end = Date.now() + deadlineMs;

	while (!await condition()) {
		if (Date.now() > end) {
			throw new Error(`not so within ${deadlineMs} ms`);
		}

		await new Promise(resolve => {
			setTimeout(resolve, 50);
		});
	}
}
