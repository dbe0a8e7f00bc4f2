/** The traffic program as seen from outside the lab: started on the client host, told the phases, read line by line. */

import {spawn} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import type {PhaseName, PhaseReport, TrafficLine} from '../../../core/lab/phases.js';
import {SystemFailure} from '../../../errors.js';
import {hostCommand} from '../exec.js';
import {enter} from '../place.js';
import type {Lab} from '../players.js';
import {roleEnvironment} from '../processes.js';
import {programPath} from '../run-program.js';
import {trafficPlanOf} from './plan.js';

const program = path.join(import.meta.dirname, 'main.js');

export type Traffic = {
	/** Begins the next phase; resolves with what the clients saw in the one that ends. */
	turn: (next: PhaseName) => Promise<PhaseReport>;
	/** Ends the traffic; resolves with the last phase's report. */
	end: () => Promise<PhaseReport>;
};

/** Starts it. Later calls reject with a SystemFailure when the program has ended by itself. */
export function startTraffic(lab: Lab, onLine: (line: Exclude<TrafficLine, {kind: 'report'}>) => void): Traffic {
	const command = [process.execPath, program, JSON.stringify(trafficPlanOf(lab.topology))];
	const [name, ...words] = enter(lab.place, hostCommand(lab, lab.topology.client.name, command)).argv;
	const child = spawn(name!, words, {
		detached: true,
		cwd: '/',
		stdio: ['pipe', 'pipe', 'pipe'],
		env: {...process.env, PATH: programPath, ...roleEnvironment(lab.place.folder, 'client/traffic')},
	});
	let talk = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		talk += text;
	});
	child.stdin.on('error', () => undefined);
	const reports = createReports();
	createInterface({input: child.stdout}).on('line', line => {
		const said = JSON.parse(line) as TrafficLine;
		if (said.kind === 'report') {
			reports.push(said);
		} else {
			onLine(said);
		}
	});
	child.on('error', error => {
		reports.fail(new SystemFailure(`cannot start the traffic: ${error.message}`));
	});
	child.on('close', () => {
		reports.fail(new SystemFailure(`the traffic program has ended, saying: ${talk.trim().split('\n').slice(-3).join(' ')}`));
	});
	return {
		async turn(next) {
			child.stdin.write(`${next}\n`);
			return reports.next();
		},
		async end() {
			child.stdin.end();
			return reports.next();
		},
	};
}

type Waiting = {resolve: (report: PhaseReport) => void; reject: (error: Error) => void};

/** Hands each report to who waits for it, and the program's end to who waits in vain. */
function createReports(): {push: (report: PhaseReport) => void; fail: (error: Error) => void; next: () => Promise<PhaseReport>} {
	const waiting: Waiting[] = [];
	let failure: Error | undefined;
	return {
		push(report) {
			waiting.shift()?.resolve(report);
		},
		fail(error) {
			failure = error;
			for (const {reject} of waiting.splice(0)) {
				reject(error);
			}
		},
		async next() {
			return new Promise((resolve, reject) => {
				if (failure === undefined) {
					waiting.push({resolve, reject});
				} else {
					reject(failure);
				}
			});
		},
	};
}
