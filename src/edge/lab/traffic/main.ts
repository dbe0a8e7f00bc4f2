/**
The traffic program: runs on the lab's client host, prints a JSON line for each sample and each phase that ended, and takes the name of the next
phase as a line on its standard input. It ends when its input does.

Its argument is a TrafficPlan as JSON.
*/

import process from 'node:process';
import {createInterface} from 'node:readline';
import {monitorEventLoopDelay} from 'node:perf_hooks';
import {setTimeout as delay} from 'node:timers/promises';
import {phaseNames, type PhaseName, type TrafficLine} from '../../../core/lab/phases.js';
import {keepConnection, makeRequests, type ClientPlan} from './client.js';
import {Ledger} from './ledger.js';
import type {TrafficPlan} from './plan.js';

const sampleIntervalMs = 200;
const nanosecondsPerMs = 1e6;
/** Coprime to the spread of lives, so that clients do not reconnect together. */
const lifeStepMs = 37;

const {pairs, port, paceMs, lifeMinMs, lifeMaxMs} = JSON.parse(process.argv[2]!) as TrafficPlan;
const stop = new AbortController();
const lateness = monitorEventLoopDelay({resolution: 5});

const print = (line: TrafficLine): void => {
	process.stdout.write(`${JSON.stringify(line)}\n`);
};

const ledger = new Ledger(pairs.map(({client}) => client), trouble => {
	print({kind: 'trouble', ...trouble});
});

lateness.enable();
for (const [index, {client, vip}] of pairs.entries()) {
	const plan: ClientPlan = {
		target: {vip, port, client},
		paceMs,
		lifeMs: lifeMinMs + ((index * lifeStepMs) % (lifeMaxMs - lifeMinMs)),
		ledger,
		signal: stop.signal,
	};
	void startSpread(plan, index);
}

const sampling = setInterval(() => {
	print({kind: 'sample', ...ledger.sample(Math.round(lateness.max / nanosecondsPerMs))});
	lateness.reset();
}, sampleIntervalMs);

for await (const line of createInterface({input: process.stdin})) {
	if (isPhase(line)) {
		print({kind: 'report', ...ledger.turn(line)});
	}
}

clearInterval(sampling);
print({kind: 'report', ...ledger.turn('steady')});
stop.abort();
// Attempts that are still open would keep it for seconds.
process.exit(); // eslint-disable-line unicorn/no-process-exit -- it is a program

/** Clients begin one after the other, evenly over one pace. */
async function startSpread(plan: ClientPlan, index: number): Promise<void> {
	await delay((paceMs * index) / pairs.length);
	await Promise.all([makeRequests(plan), keepConnection(plan)]);
}

function isPhase(line: string): line is PhaseName {
	return (phaseNames as readonly string[]).includes(line);
}
