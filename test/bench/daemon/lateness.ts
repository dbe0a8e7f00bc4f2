/**
How late the heartbeat path of a daemon runs at worst while others keep it or its machine busy: what it says itself of its timers in its heartbeats.
The peers measure from another process that runs before everything else, so that what is measured is the daemon.
*/

import {spawn, type ChildProcess} from 'node:child_process';
import {availableParallelism, constants, setPriority} from 'node:os';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {controlSocketName} from '../../../src/edge/control/protocol.js';
import {requestStatus} from '../../../src/edge/control/client.js';
import {whyNoNamespace} from '../../kernel/support/namespace.js';
import {inMs, type Part, type Row} from '../result.js';
import {withSubject, type Subject, type SubjectOptions} from './subject.js';
import {untilParentEnds} from './until-parent-ends.js';

/** Begins what disturbs the daemon; returns how to end it. */
type Disturbance = (subject: Subject) => () => void;

const quiet: Disturbance = () => () => undefined;

const every = (ms: number, count: number, work: () => void): (() => void) => {
	const timers = Array.from({length: count}, () => setInterval(work, ms));
	return () => {
		for (const timer of timers) {
			clearInterval(timer);
		}
	};
};

/** As many `farmctl top` at a quarter of a second. */
const displays = (count: number, ms: number): Disturbance => ({runDir}) => every(ms, count, () => {
	requestStatus(runDir).catch(() => undefined);
});

const eventReadersThatSleep: Disturbance = ({runDir}) => {
	const sockets = Array.from({length: 20}, () => {
		const socket = net.connect(path.join(runDir, controlSocketName)).on('error', () => undefined);
		socket.write(`${JSON.stringify({verb: 'events', follow: true})}\n`);
		return socket.pause();
	});
	return () => {
		for (const socket of sockets) {
			socket.destroy();
		}
	};
};

const reloads: Disturbance = ({pid}) => every(1000, 1, () => {
	process.kill(pid, 'SIGHUP');
});

const hogs: Disturbance = () => {
	const children: ChildProcess[] = Array.from({length: availableParallelism() * 2}, () => {
		const child = spawn('setpriv', [...untilParentEnds, 'sh', '-c', 'while :; do :; done'], {stdio: 'ignore'});
		setPriority(child.pid!, constants.priority.PRIORITY_NORMAL);
		return child;
	});
	return () => {
		for (const child of children) {
			child.kill('SIGKILL');
		}
	};
};

const scenarios: ReadonlyArray<{readonly title: string; readonly options: SubjectOptions; readonly disturb: Disturbance}> = [
	{title: 'nothing else runs', options: {nodesCount: 8}, disturb: quiet},
	{title: '20 displays, four times a second each', options: {nodesCount: 8}, disturb: displays(20, 250)},
	{title: '500 requests for the status a second', options: {nodesCount: 8}, disturb: displays(20, 40)},
	{title: '20 readers of events that never read', options: {nodesCount: 8}, disturb: eventReadersThatSleep},
	{title: 'two loops a processor at normal priority', options: {nodesCount: 8}, disturb: hogs},
	{title: '32 nodes, 64 VIPs: nothing else', options: {nodesCount: 32, vipsCount: 64}, disturb: quiet},
	{title: '32 nodes, 64 VIPs: 20 displays', options: {nodesCount: 32, vipsCount: 64}, disturb: displays(20, 250)},
	{title: '32 nodes, 64 VIPs: the configuration taken over again each second', options: {nodesCount: 32, vipsCount: 64}, disturb: reloads},
];

export const lateness: Part = {
	title: 'how late heartbeats leave',
	whyNot: whyNoNamespace,
	async run({isShort}) {
		const rows: Row[] = [];
		for (const {title, options, disturb} of scenarios) {
			const worst = await worstMs(options, disturb, isShort ? 4000 : 20_000);
			process.stderr.write(`${title}: ${worst} ms\n`);
			rows.push({what: `lateness of the heartbeat path: ${title}`, measured: `worst ${inMs(worst)}`});
		}

		return rows;
	},
};

async function worstMs(options: SubjectOptions, disturb: Disturbance, ms: number): Promise<number> {
	return withSubject(options, async subject => {
		// Of the start: what is late then fades from the heartbeats within seconds.
		await sleep(4000);
		const end = disturb(subject);
		let worst = 0;
		try {
			for (const until = performance.now() + ms; performance.now() < until;) {
				await sleep(20);
				worst = Math.max(worst, subject.peers.subject()?.latenessMs ?? 0);
			}
		} finally {
			end();
		}

		return worst;
	});
}
