/** Conducts the demo on a lab that is up: traffic from every client address, one phase after the other, and a summary. */
/* eslint-disable no-await-in-loop -- one phase after the other is the point */

import {performance} from 'node:perf_hooks';
import {setTimeout as delay} from 'node:timers/promises';
import type {DemoMoment} from '../../core/lab/demo-moment.js';
import {addCounters, noCounts, type KernelCounts} from '../../core/lab/kernel-counts.js';
import {phaseMs, phaseNames, phaseTitles, type PhaseName, type PhaseReport} from '../../core/lab/phases.js';
import {longestWait, type Drama} from '../../core/lab/promises.js';
import {nodeOfPhase, summarise, troubleOf, type DemoSummary} from '../../core/lab/summary.js';
import {healNodes, makeFault, nodeNamed} from './faults.js';
import {signalPart, startPart, type Lab} from './players.js';
import {awaitServing, statusOf} from './readiness.js';
import {startTraffic, type Traffic} from './traffic/traffic.js';

const countersIntervalMs = 500;
/** A node that serves again is seen for so long, however long a busy machine took for it; the connections that others retain for its clients have ended then. */
const seenMs: Readonly<Partial<Record<PhaseName, number>>> = {heal: 2500, start: 2500, mend: 1500};

export type DemoOptions = {
	/** Every phase lasts this many times its usual length. */
	readonly pace: number;
	readonly onMoment: (moment: DemoMoment) => void;
	readonly signal: AbortSignal;
};

/** Plays all phases and returns the summary. Rejects with an AbortError when the signal aborts. */
export async function conductDemo(lab: Lab, {pace, onMoment, signal}: DemoOptions): Promise<DemoSummary> {
	const drama = dramaOf(lab);
	const begunAt = performance.now();
	let latenessMs = 0;
	onMoment({
		kind: 'begin', nodes: drama.nodes, clients: lab.topology.client.addresses.length, isRootless: lab.place.isRootless, detectionMs: drama.detectionMs,
	});
	const traffic = startTraffic(lab, line => {
		latenessMs = Math.max(latenessMs, line.kind === 'sample' ? line.latenessMs : 0);
		onMoment({atMs: Math.round(performance.now() - begunAt), ...line});
	});
	const counters = watchCounters(lab);
	try {
		const reports = await playPhases(lab, {drama, traffic, pace, onMoment, signal});
		const summary = summarise({reports, drama, kernels: await counters.read(), latenessMs});
		onMoment({kind: 'summary', ...summary});
		return summary;
	} finally {
		counters.stop();
	}
}

type Play = Omit<DemoOptions, 'signal'> & {readonly drama: Drama; readonly traffic: Traffic; readonly signal: AbortSignal};

async function playPhases(lab: Lab, play: Play): Promise<PhaseReport[]> {
	const reports: PhaseReport[] = [];
	const tell = (report: PhaseReport): void => {
		reports.push(report);
		const {phase, clients} = report;
		const title = phaseTitles[phase](nodeOfPhase(phase, play.drama));
		play.onMoment({kind: 'phase-end', phase, title, ...troubleOf(report), longestWaitMs: longestWait(clients)});
	};

	for (const phase of phaseNames) {
		if (phase !== phaseNames[0]) {
			tell(await play.traffic.turn(phase));
		}

		await playPhase(lab, phase, play);
	}

	tell(await play.traffic.end());
	return reports;
}

async function playPhase(lab: Lab, phase: PhaseName, {drama, pace, onMoment, signal}: Play): Promise<void> {
	const node = nodeOfPhase(phase, drama);
	onMoment({kind: 'phase', phase, node, title: phaseTitles[phase](node)});
	await Promise.all([actAndSee(lab, phase, {node, signal}), delay(phaseMs[phase] * pace, undefined, {signal})]);
	signal.throwIfAborted();
}

async function actAndSee(lab: Lab, phase: PhaseName, {node, signal}: {readonly node: string; readonly signal: AbortSignal}): Promise<void> {
	await act(lab, phase, node);
	await delay(seenMs[phase] ?? 0, undefined, {signal});
}

async function act(lab: Lab, phase: PhaseName, nodeName: string): Promise<void> {
	if (phase === 'steady') {
		return;
	}

	const node = nodeNamed(lab, nodeName);
	switch (phase) {
		case 'cut': {
			await makeFault(lab, node, 'cut-link');
			return;
		}

		case 'heal': {
			await healNodes(lab, [node]);
			await awaitServing(lab, node);
			return;
		}

		case 'stop': {
			await signalPart(lab, node, {part: 'daemon', signal: 'SIGTERM'});
			return;
		}

		case 'start': {
			startPart(lab, node, 'daemon');
			await awaitServing(lab, node);
			return;
		}

		case 'kill': {
			await makeFault(lab, node, 'kill-server');
			return;
		}

		case 'mend': {
			await awaitServing(lab, node);
		}
	}
}

/** The last node but one is cut off, the last one stopped, and the application of the first one dies. */
function dramaOf({topology}: Lab): Drama {
	const nodes = topology.nodes.map(({name}) => name);
	return {cutNode: nodes.at(-2)!, stoppedNode: nodes.at(-1)!, killedNode: nodes[0]!, detectionMs: topology.options.detectionMs, nodes};
}

/** Reads every daemon's counters now and then, since a filter that goes takes its counters along. */
function watchCounters(lab: Lab): {read: () => Promise<Record<string, KernelCounts>>; stop: () => void} {
	const counts: Record<string, KernelCounts> = {};
	const read = async (): Promise<Record<string, KernelCounts>> => {
		await Promise.all(lab.topology.nodes.map(async node => {
			const counters = (await statusOf(lab, node))?.filter.counters;
			if (counters !== undefined) {
				counts[node.name] = addCounters(counts[node.name] ?? noCounts, counters);
			}
		}));
		return counts;
	};

	const timer = setInterval(() => {
		void read();
	}, countersIntervalMs);
	return {
		read,
		stop() {
			clearInterval(timer);
		},
	};
}
