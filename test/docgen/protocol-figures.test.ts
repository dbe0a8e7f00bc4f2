/** The figures, tables and numbers with which farmctl(7) explains the protocol: held to the code, and what they claim of a failure to the simulator. */

import {execFileSync} from 'node:child_process';
import path from 'node:path';
import test from 'ava';
import {
	deriveTiming,
	kernelTickMs,
	timingProblems,
	timingWarnings,
} from '../../src/core/config/timing.js';
import {comparisonBytesMax} from '../../src/core/drift/comparison.js';
import {admissionWaitMs} from '../../src/core/membership/admission.js';
import {expiryMs, heardWithinMs} from '../../src/core/membership/alive.js';
import {repeatsMax} from '../../src/core/membership/announce.js';
import {relaysMax} from '../../src/core/membership/path.js';
import {calmMs, dangerMs} from '../../src/core/membership/stretch.js';
import {life, lifeRows} from '../../src/core/application/life.js';
import {retryDelayMaxMs, retryDelayMinMs} from '../../src/core/application/recovery.js';
import {keptPatienceMs} from '../../src/core/application/serving.js';
import {ownTransitions, peerTransitions, transitionNames} from '../../src/core/membership/transitions.js';
import {countSlots, slotsCount} from '../../src/core/model/slot-set.js';
import {probeBytes, probeClockBytes} from '../../src/core/networks/probe.js';
import {encodeHeartbeat} from '../../src/core/protocol/encode.js';
import {heartbeatBytesMax} from '../../src/core/protocol/heartbeat.js';
import {createRandom} from '../../src/core/simulation/random.js';
import {createWorld, timing300, type World} from '../../src/core/simulation/world.js';
import {failureFigure, leaseAfterLastMs} from '../../src/docgen/failure-figure.js';
import {stateFigure} from '../../src/docgen/state-figure.js';
import {admissionMs, inequalities} from '../../src/docgen/timing-table.js';
import {headerBytes, tagBytes} from '../../src/edge/seal/header.js';
import {sealBytes} from '../../src/edge/seal/seal.js';
import {root} from '../tidy/sources.js';
import {plain, readPage} from './pages.js';

const timing = deriveTiming({});
const page = plain(readPage('man/farmctl.7')).replaceAll(/\n(?:\.[BI]+ )?/g, ' ');

function runningFarm(nodesCount = 3, quorum: 'none' | 'witness' = 'none'): World {
	const world = createWorld({seed: 1, nodesCount, quorum});
	world.bootAll();
	world.run(1000);
	return world;
}

test('the inequalities of the page are those that a configuration is checked with', t => {
	const random = createRandom(1);
	for (let round = 0; round < 5000; round++) {
		const detection = random.whole(30, 400);
		const one = deriveTiming({
			detection, interval: random.whole(5, 100), lease: Math.floor(detection * random.between(0.1, 1.1)), silence: Math.floor(detection * random.between(0.1, 1.1)),
		});
		const broken = inequalities.filter(({isMet}) => !isMet(one));
		t.is(broken.some(({isRequired}) => isRequired), timingProblems(one).length > 0, JSON.stringify(one));
		t.is(broken.some(({name}) => name === 'no blink'), timingWarnings(one).length > 0, JSON.stringify(one));
	}

	t.is(kernelTickMs, 1000 / 250);
});

test('the page has the wait of a node that begins', t => {
	t.deepEqual(timing, timing300);
	t.is(admissionMs(timing), admissionWaitMs({config: runningFarm().configOf(1), peers: []}));
});

const hang = (world: World): void => {
	world.node(2).pause(2000);
};

const crash = (world: World): void => {
	world.crashHost(2);
};

for (const [name, fail] of [['hangs', hang], ['crashes', crash]] as const) {
	test(`the figure of a failure is what happens when a node ${name}`, t => {
		for (let laterMs = 0; laterMs < timing.intervalMs; laterMs += 7) {
			const world = runningFarm();
			let heardAt = 0;
			world.network.tap((_, from) => {
				heardAt = from === 2 ? world.agenda.now() : heardAt;
			});
			world.run(timing.intervalMs + laterMs);
			fail(world);
			const since = (): number => world.agenda.now() - heardAt;
			t.true(world.runUntil(() => countSlots(world.node(2).accepted()) === 0, 1000, 0.5));
			t.true(since() <= leaseAfterLastMs(timing) + 0.5, `silent after ${since()} ms`);
			t.true(world.runUntil(() => world.covered() === slotsCount, 1000, 0.5));
			t.true(since() > timing.detectionMs && since() < timing.detectionMs + 10, `taken over after ${since()} ms`);
		}
	});
}

test('the bars of the figure are to scale', t => {
	const lines = failureFigure(timing);
	const lengths = new Map(lines.map(line => [line.split(' ', 1)[0]!, line.lastIndexOf('|') - line.indexOf('|')]));
	const scale = lengths.get('detection')! / timing.detectionMs;
	t.true(Math.abs(lengths.get('lease')! - (leaseAfterLastMs(timing) * scale)) <= 1);
	t.true(Math.abs(lengths.get('silence')! - (timing.silenceMs * scale)) <= 1);
});

/** Each transition that a figure shows, as `FROM TO`. */
function drawnIn(figure: readonly string[]): string[] {
	const columns = new Map([...figure[0]!.matchAll(/[A-Z]+/g)].map(({0: state, index}) => [index + Math.floor(state.length / 2), state]));
	return figure.slice(1).flatMap(line => {
		const ends = [...columns].map(([at, state]) => ({state, mark: line[at]!}));
		const sources = ends.filter(({mark}) => mark === 'o');
		const targets = ends.filter(({mark}) => mark === '<' || mark === '>');
		return sources.flatMap(from => targets.map(to => `${from.state} ${to.state}`));
	});
}

test('every transition of the table has its ends in the figure', t => {
	const figure = stateFigure([...ownTransitions, ...peerTransitions], {states: ['UNKNOWN', 'DEAD', 'OFF', 'STARTING', 'WAIT', 'UP', 'DRAINING', 'STOP', 'STOPPING'], gap: 7, width: 79});
	t.deepEqual(drawnIn(figure).toSorted(), transitionNames([...ownTransitions, ...peerTransitions]).toSorted());
});

test('every cell of the table of an application\'s life has its ends in the figure', t => {
	const figure = stateFigure(lifeRows, {states: ['STOP', 'STARTING', 'UP', 'DRAINING', 'WAIT', 'STOPPING', 'ENDED'], gap: 7, width: 79});
	const cells = Object.entries(life).flatMap(([from, targets]) => Object.keys(targets).map(to => `${from} ${to}`));
	t.deepEqual(drawnIn(figure).toSorted(), cells.toSorted());
});

test('the numbers in the sentences of the protocol are those of the code', t => {
	const world = runningFarm();
	const witnessed = runningFarm(3, 'witness');
	const {config, peers} = witnessed.node(1).state()!;
	const sizeOf = (nodesCount: number): number => {
		const farm = runningFarm(nodesCount);
		let size = 0;
		farm.network.tap(({message}) => {
			size = encodeHeartbeat(message).length;
		});
		farm.run(timing.intervalMs + 5);
		return size;
	};

	const heardMs = heardWithinMs({config: world.configOf(1)});
	for (const sentence of [
		`A clear header of ${headerBytes} bytes`,
		`the tag of ${tagBytes} bytes the seal adds ${sealBytes} bytes`,
		`At most ${heartbeatBytesMax} bytes`,
		`at rest ${sizeOf(3)} with three nodes and ${sizeOf(8)} with eight`,
		`${probeBytes} bytes, about once a second and network, answered at once with ${probeClockBytes}`,
		`at most ${comparisonBytesMax} bytes`,
		`is added, ${heardMs} ms`,
		`(k + 1)(H + j) + d, ${heardMs} ms, which is before S`,
		`at most ${repeatsMax} times`,
		`the end of the lease, ${leaseAfterLastMs(timing)} ms at the latest, to D: ${timing.detectionMs - leaseAfterLastMs(timing)} ms`,
		`what was left of its lease, ${leaseAfterLastMs(timing)} ms at most`,
		`When less than H + 2j, ${dangerMs(world.configOf(1))} ms, was left`,
		`After ${calmMs / 1000} s without strain`,
		`or for W, ${admissionMs(timing)} ms`,
		`before they take over: ${expiryMs({config}, peers[0]!)} ms in all`,
		`or after ${keptPatienceMs / 60_000} minutes where others are unwell, too`,
		`each further one twice as long, up to ${retryDelayMaxMs / 1000}.`,
	]) {
		t.true(page.includes(sentence), `the page does not say: ${sentence}`);
	}

	t.is(retryDelayMinMs, 1000);
	t.is(relaysMax, 3);
	t.regex(page, /At most three nodes do so/u);
});

test('farmctl.7 fits a terminal of 80 columns', t => {
	const text = execFileSync('groff', ['-man', '-Tascii', '-P-cbou', '-rLL=80n', path.join(root, 'man/farmctl.7')], {encoding: 'utf8'});
	t.deepEqual(text.split('\n').filter(line => line.length > 80), []);
});
