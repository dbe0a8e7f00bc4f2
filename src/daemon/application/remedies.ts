/** Runs the handlers of checks, each when its check asks for it; those that run when the daemon ends are ended with it. */

import {hookEnvironment, type HookEnvironment} from '../../core/hooks/environment.js';
import {systemClock} from '../../edge/clock/clock.js';
import {runCommand} from '../../edge/program/run.js';
import type {ProgramReport, RunnerParts} from './runner.js';

export type Remedies = {
	/** Never rejects. */
	readonly run: RunnerParts['handler'];
	/** Resolves when none runs any more. */
	readonly close: () => Promise<void>;
};

/** `variables`: for all of them, of the farm, the node and the daemon. */
export function createRemedies(variables: HookEnvironment): Remedies {
	const ending = new AbortController();
	const running = new Set<Promise<ProgramReport>>();
	const runOne: Remedies['run'] = async (check, {command, timeoutMs, reason}) => {
		const environment = hookEnvironment({
			...variables, FARMCTL_HOOK: 'handler', FARMCTL_CHECK: check, FARMCTL_REASON: reason, FARMCTL_AT: systemClock.wall().toISOString(),
		});
		const {ending: end, hasSucceeded, reason: detail} = await runCommand(command, {timeoutMs, environment, signal: ending.signal});
		return {outcome: hasSucceeded ? 'done' : (end.kind === 'timeout' ? 'timeout' : 'failed'), detail};
	};

	return {
		async run(check, call) {
			const work = runOne(check, call);
			running.add(work);
			return work.finally(() => {
				running.delete(work);
			});
		},
		async close() {
			ending.abort();
			await Promise.all(running);
		},
	};
}
