/** Plays one fault on a farm under traffic, and judges it by the packets on the LAN. */

import {setTimeout as delay} from 'node:timers/promises';
import {byClient, censusOf, outageMs, spanMs, twiceAnswered, type Syn} from './census.js';
import {capture, type CapturedFrame} from './capture.js';
import type {FaultCase} from './fault-case.js';
import {detectionMs, intervalMs, kernelTickMs, leaseMs, noiseMs} from './fault-timing.js';
import type {FaultFarm} from './fault-farm.js';
import {listenTo, type Told} from './told.js';

const packets = '(tcp port 80 and tcp[tcpflags] & tcp-syn != 0) or (tcp src port 80 and tcp[tcpflags] & (tcp-rst|tcp-ack) = (tcp-rst|tcp-ack)) or udp port 4803';
/** Traffic before the fault, which shows whose client each is. */
const beforeMs = 300;
/** SYNs that are younger than this when the capture ends may still get their answers. */
const answerMs = 200;

/** Times are of the wall clock, which captures use. */
export type FaultRun = {
	readonly syns: readonly Syn[];
	readonly frames: readonly CapturedFrame[];
	/** MACs by the nodes' names. */
	readonly macs: ReadonlyMap<string, string>;
	readonly makeBeginsAt: number;
	readonly madeAt: number;
	readonly healBeginsAt: number;
	readonly healedAt: number;
	readonly settledAt: number;
	readonly machineMs: number;
	readonly told: readonly Told[];
};

export type FaultResult = {
	readonly syns: number;
	/** Clients by their longest time without service, of nodes that were hit and of the others. */
	readonly hit: readonly number[];
	readonly spared: readonly number[];
	/** SYNs that two nodes answered, from the first to the last of them, and how long after the heal the last was sent. */
	readonly twice: number;
	readonly splitMs: number;
	readonly mergeMs: number;
	/** From the last command to heal to a farm that is whole. */
	readonly recoveryMs: number;
	/** How long the machine kept nodes and a program like them from running, all together: what it adds to outages is not the farm's. */
	readonly stalledMs: number;
	/** Promises that were broken, in words. */
	readonly broken: readonly string[];
	/** Promises about time that were broken: the machine's fault, where it kept programs from running. */
	readonly late: readonly string[];
	/** What the nodes said meanwhile, with times since the fault began. */
	readonly told: readonly string[];
};

/** The farm must be whole. Rejects when the farm does not come to terms with the fault, or is not whole again in time. */
export async function playFault({lab, stalls}: Pick<FaultFarm, 'lab' | 'stalls'>, fault: FaultCase): Promise<FaultResult> {
	const macs = new Map(await Promise.all((await lab.nodes()).map(async ({name}) => [name, await lab.macOf(name)] as const)));
	const told = listenTo(lab.inside);
	await stalls.take();
	const capturing = await capture(lab, packets);
	await delay(beforeMs);
	const makeBeginsAt = Date.now();
	await fault.make(lab);
	const madeAt = Date.now();
	await fault.endure(lab);
	const healBeginsAt = Date.now();
	await fault.heal(lab);
	const healedAt = Date.now();
	await lab.settled();
	const settledAt = Date.now();
	await delay(beforeMs + answerMs);
	const machineMs = await stalls.take();
	const frames = await capturing.stop();
	const lastAt = frames.at(-1)?.atMs ?? 0;
	const syns = censusOf(frames).filter(({atMs}) => atMs < lastAt - answerMs);
	return judge(fault, {frames, syns, macs, makeBeginsAt, madeAt, healBeginsAt, healedAt, settledAt, machineMs, told: told()});
}

function judge(fault: FaultCase, run: FaultRun): FaultResult {
	const hitMacs = new Set(fault.hits.map(name => run.macs.get(name)));
	const clients = byClient(run.syns).map(syns => ({syns, owner: ownerBefore(syns, run.makeBeginsAt)}));
	const hit = clients.filter(({owner}) => hitMacs.has(owner)).map(({syns}) => outageMs(syns));
	const sparedClients = clients.filter(({owner}) => !hitMacs.has(owner));
	const spared = sparedClients.map(({syns}) => outageMs(syns));
	const twice = twiceAnswered(run.syns);
	const forbidden = forbiddenTwice(fault, run, twice);
	const recoveryMs = run.settledAt - run.healedAt;
	const stalledMs = run.machineMs + run.told.reduce((sum, {node, pauseMs}) => sum + (node === fault.stops ? 0 : pauseMs ?? 0), 0);
	// One node's stall may delay each of the others in turn.
	const allowanceMs = stalledMs * run.macs.size;
	return {
		syns: run.syns.length,
		hit,
		spared,
		twice: twice.length,
		splitMs: spanMs(twice),
		mergeMs: Math.max(0, ...twice.map(({atMs}) => atMs - run.healedAt)),
		recoveryMs,
		stalledMs,
		told: run.told.map(({node, at, level, message}) => `+${Date.parse(at) - run.makeBeginsAt} ms ${node} ${level}: ${message}`),
		broken: [
			...isSeen({clients: hit.length, isExpected: fault.hits.length > 0}) && isSeen({clients: spared.length, isExpected: fault.hits.length < run.macs.size}) ? [] : ['the traffic shows nothing'],
			...forbidden.broken,
			...spoken(fault, run),
			...refused(fault, run),
		],
		late: [
			...forbidden.late,
			...tooLong(hit, fault.outageMaxMs + allowanceMs, 'a client of a node that was hit'),
			...tooLong(spared, noiseMs + allowanceMs, 'a client of a node that was not hit'),
			...fault.double === undefined ? moved(sparedClients) : [],
		],
	};
}

const isSeen = ({clients, isExpected}: {readonly clients: number; readonly isExpected: boolean}): boolean => clients > 0 || !isExpected;

const ownerBefore = (syns: readonly Syn[], atMs: number): string | undefined => syns.findLast(syn => syn.atMs < atMs && syn.by.length > 0)?.by[0];

const tooLong = (outages: readonly number[], maxMs: number, whose: string): string[] => {
	const worst = Math.max(0, ...outages);
	return worst > maxMs ? [`${whose} was ${Math.round(worst)} ms without service, ${Math.round(maxMs)} ms are promised`] : [];
};

/** Clients of other nodes that were served by anyone but their own. */
const moved = (clients: ReadonlyArray<{readonly syns: readonly Syn[]; readonly owner: string | undefined}>): string[] =>
	clients.some(({syns, owner}) => syns.some(({by}) => by.some(mac => mac !== owner))) ? ['a client of a node that was not hit was served by another'] : [];

/**
When two nodes may answer one client. The earliest instant at which a node can hold a peer dead is one detection time after that peer's last heartbeat,
which was at most one interval old.
*/
function twiceWindow({double}: FaultCase, {makeBeginsAt, healBeginsAt, healedAt}: FaultRun): {readonly fromMs: number; readonly untilMs: number} {
	const fromMs = {split: makeBeginsAt + detectionMs - intervalMs, merge: healBeginsAt, none: Infinity}[double ?? 'none'];
	return {fromMs, untilMs: healedAt + leaseMs + intervalMs + noiseMs};
}

/** Outside of that, a promise is broken: `late` where a merge takes longer than it may, which a machine can make it. */
function forbiddenTwice(fault: FaultCase, run: FaultRun, twice: readonly Syn[]): {readonly broken: readonly string[]; readonly late: readonly string[]} {
	const {fromMs, untilMs} = twiceWindow(fault, run);
	return {
		broken: twiceText(run, twice.filter(({atMs}) => atMs < fromMs)),
		late: twiceText(run, twice.filter(({atMs}) => atMs >= fromMs && atMs > untilMs)),
	};
}

function twiceText({makeBeginsAt, healBeginsAt}: FaultRun, twice: readonly Syn[]): string[] {
	const [first] = twice;
	return first === undefined ? [] : [`${twice.length} SYNs were answered twice, the first ${Math.round(first.atMs - makeBeginsAt)} ms after the fault began, ${Math.round(first.atMs - healBeginsAt)} ms after the heal did`];
}

/** Where two nodes may answer, one may refuse what the other has answered: what a client tells the one is unknown to the other. */
function refused(fault: FaultCase, run: FaultRun): string[] {
	const {fromMs} = twiceWindow(fault, run);
	const {length} = run.syns.filter(({refusedBy, by, atMs}) => refusedBy.length > 0 && !(by.length > 0 && atMs >= fromMs));
	return length === 0 || fault.mayRefuse === true ? [] : [`${length} connections were refused`];
}

/** What a node that had to be silent accepted. */
function spoken({silenced}: FaultCase, {frames, syns, macs, makeBeginsAt, madeAt, healBeginsAt}: FaultRun): string[] {
	if (silenced === undefined) {
		return [];
	}

	const mac = macs.get(silenced.node)!;
	const lastHeartbeatAt = frames.findLast(frame => frame.udp !== undefined && frame.sourceMac === mac && frame.atMs < healBeginsAt)?.atMs ?? madeAt;
	const fromMs = (silenced.after === 'heartbeat' ? lastHeartbeatAt : madeAt) + leaseMs + kernelTickMs;
	const late = syns.filter(({atMs, by}) => atMs > fromMs && atMs < healBeginsAt && by.includes(mac));
	return [
		...late.length === 0 ? [] : [`${silenced.node} accepted until ${Math.round(late.at(-1)!.atMs - fromMs)} ms after the end of its lease`],
		...isTakenBack(syns.filter(({atMs}) => atMs > makeBeginsAt && atMs < healBeginsAt), mac) ? [`${silenced.node} answered a client that had been taken over`] : [],
	];
}

/** Whether the node answered a client of its own after another node had. */
const isTakenBack = (syns: readonly Syn[], mac: string): boolean => byClient(syns).some(own => {
	const answers = own.flatMap(({by}) => by);
	const takenOver = answers.findIndex(by => by !== mac);
	return takenOver !== -1 && answers.slice(takenOver).includes(mac);
});
