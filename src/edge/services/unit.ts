/**
A service that is a systemd unit. systemd starts and stops it and keeps its output; its main process is watched, and the unit is looked at again and again
besides, for one that has no main process.
*/

import {formatDuration} from '../../core/status/format.js';
import type {CommandResult} from '../program/run.js';
import {until} from '../program/wait.js';
import type {OpenService, ServiceControl, ServiceOutcome, ServiceParts} from './port.js';
import {complaint, describeUnit, killUnit, showUnit, tellUnit, type UnitState} from './systemctl.js';
import {createVigil} from './vigil.js';

/** A unit that was killed is gone within this time. */
const killedMs = 5000;

/** How often it is looked at then. */
const lookMs = 200;

export function createUnitService({run: {unit}, startTimeoutMs, stopTimeoutMs}: OpenService<'unit'>, {died, watchProcess}: ServiceParts): ServiceControl {
	let starting: AbortController | undefined;
	const vigil = createVigil({
		watchProcess,
		async look() {
			const state = await showUnit(unit);
			// Who cannot be asked has not said that it is dead.
			return 'problem' in state || runs(state) ? {runs: true, pid: 'problem' in state ? undefined : state.mainPid} : {runs: false, reason: `${unit} ${describeUnit(state)}`};
		},
		died,
	});

	const force = async (why: string): Promise<ServiceOutcome> => {
		await killUnit(unit);
		const isGone = await until(async () => {
			const state = await showUnit(unit);
			return !('problem' in state) && hasEnded(state);
		}, {ms: killedMs, everyMs: lookMs});
		return isGone
			? {hasSucceeded: true, reason: `${why}was killed`}
			: {hasSucceeded: false, reason: `does not end even when it is killed; see: systemctl status ${unit}`};
	};

	return {
		async adopt() {
			const state = await showUnit(unit);
			const isRunning = !('problem' in state) && runs(state);
			if (isRunning) {
				vigil.begin(state.mainPid);
			}

			return isRunning;
		},
		async start() {
			starting = new AbortController();
			const result = await tellUnit('start', unit, {timeoutMs: startTimeoutMs, signal: starting.signal});
			const state = await showUnit(unit);
			if (result.hasSucceeded && !('problem' in state) && runs(state) && !starting.signal.aborted) {
				vigil.begin(state.mainPid);
				return {hasSucceeded: true, reason: state.mainPid === 0 ? unit : `${unit}, pid ${state.mainPid}`};
			}

			return {hasSucceeded: false, reason: startProblem(result, state)};
		},
		async stop() {
			vigil.end();
			starting?.abort();
			const result = await tellUnit('stop', unit, {timeoutMs: stopTimeoutMs});
			if (result.ending.kind === 'timeout') {
				return force(`did not stop within ${formatDuration(stopTimeoutMs)} and `);
			}

			const state = await showUnit(unit);
			const isStopped = !('problem' in state) && hasEnded(state);
			return {hasSucceeded: isStopped, reason: isStopped ? `${unit} ${describeUnit(state)}` : complaint(result)};
		},
		async kill() {
			vigil.end();
			starting?.abort();
			return force('');
		},
		pid: vigil.pid,
		async leave() {
			vigil.end();
			starting?.abort();
		},
	};

	function startProblem(result: CommandResult, state: UnitState | {readonly problem: string}): string {
		if ('problem' in state) {
			return state.problem;
		}

		if (state.load === 'not-found') {
			return complaint(result);
		}

		return `${unit} ${describeUnit(state)}${result.ending.kind === 'timeout' ? ` after ${formatDuration(startTimeoutMs)}` : ''}; see: systemctl status ${unit}`;
	}
}

/** One that is told to load its configuration again serves meanwhile. */
const runs = ({active}: UnitState): boolean => active === 'active' || active === 'reloading';

const hasEnded = ({active}: UnitState): boolean => active === 'inactive' || active === 'failed';
