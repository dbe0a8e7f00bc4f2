/** One run: a link is cut while clients ask, and healed when all of them are served again. */

import {setTimeout as sleep} from 'node:timers/promises';
import type {LabHost} from '../../../src/core/lab/topology.js';
import {cableCommand} from '../../../src/core/lab/network-commands.js';
import {runProgram} from '../../../src/edge/lab/run-program.js';
import {median} from '../measure.js';
import type {Look} from './probe.js';
import type {Prober} from './prober.js';
import type {Side} from './side.js';

/**
`port`: the switch forwards nothing from and to the node any more, and the node's interface stays up: nobody is told.
`cable`: the node's interface loses its carrier as well.
*/
export type Cut = 'port' | 'cable';

export type RunResult = {
	/** What the node's clients saw: the median of them, and the longest. */
	readonly outageMs: number;
	readonly worstMs: number;
	readonly clients: number;
	/** Clients that lost a request, of the node and of other nodes. */
	readonly affected: number;
	readonly othersAffected: number;
	readonly othersOutageMs: number;
	/** The longest that any client saw when the link came back. */
	readonly healMs: number;
	/** How late the probe itself was at worst. */
	readonly latenessMs: number;
};

/** Between two questions to the nodes, which have better things to do. */
const pollMs = 100;
/** Unanswered for longer than this, a request is no longer just on its way. */
const onItsWayMs = 50;
/** How long is watched after the last client was served again. */
const afterMs = 300;
const deadlineMs = 30_000;

/** Waits until the side is whole, and every client is served by the node it belongs to when all is well. */
export async function whole(side: Side, prober: Prober, home?: Look): Promise<Look> {
	return until(async () => {
		const look = await prober.look();
		const isHome = look.sights.every(({node, waitingMs}, index) => node !== undefined && waitingMs < onItsWayMs && (home === undefined || node === home.sights[index]!.node));
		return isHome && await side.isWhole() ? look : undefined;
	}, async () => `not whole, ${await side.describe()}`);
}

/** Cuts, watches, heals and waits until all is as it was. `phase`: 0 to 1, where between two signs of life the cut falls. */
export async function measureRun(side: Side, prober: Prober, {victim, cut, phase}: {readonly victim: LabHost; readonly cut: Cut; readonly phase: number}): Promise<RunResult> {
	const home = await whole(side, prober);
	await sleep(afterMs + (phase * side.periodMs));
	await prober.begin();
	await setLink(side, victim, cut, 'down');
	await until(async () => {
		const {sights} = await prober.look();
		return sights.every(({node, waitingMs}) => node !== victim.name && waitingMs < onItsWayMs) || undefined;
	}, async () => `clients are not served without ${victim.name}, ${await side.describe()}`);
	await sleep(afterMs);
	const seen = await prober.look();
	await prober.begin();
	await setLink(side, victim, cut, 'up');
	await whole(side, prober, home);
	const healed = await prober.look();
	return resultOf(seen, healed, victim.name);
}

function resultOf({sights, latenessMs}: Look, healed: Look, victim: string): RunResult {
	const own = sights.filter(({nodeBefore}) => nodeBefore === victim);
	const others = sights.filter(({nodeBefore}) => nodeBefore !== victim);
	const longest = (of: Look['sights']): number => Math.max(0, ...of.map(({outageMs}) => outageMs));
	return {
		outageMs: median(own.map(({outageMs}) => outageMs)),
		worstMs: longest(own),
		clients: sights.length,
		affected: sights.filter(({lost}) => lost > 0).length,
		othersAffected: others.filter(({lost}) => lost > 0).length,
		othersOutageMs: longest(others),
		healMs: longest(healed.sights),
		latenessMs,
	};
}

async function setLink({lab: {topology}}: Side, {cables: [cable]}: LabHost, cut: Cut, state: 'up' | 'down'): Promise<void> {
	await runProgram(cut === 'cable'
		? cableCommand(topology, cable, state)
		: {argv: ['bridge', '-n', topology.lan.namespace, 'link', 'set', 'dev', cable.port, 'state', state === 'up' ? 'forwarding' : 'disabled']});
}

async function until<T>(answer: () => Promise<T | undefined>, trouble: () => Promise<string>): Promise<T> {
	for (const end = performance.now() + deadlineMs; ;) {
		const found = await answer();
		if (found !== undefined) {
			return found;
		}

		if (performance.now() > end) {
			throw new Error(`after ${deadlineMs / 1000} s: ${await trouble()}`);
		}

		await sleep(pollMs);
	}
}
