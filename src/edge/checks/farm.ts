/** Another farm of this machine: this node serves there. Its daemon says so itself. */

import type {Probe} from '../../core/model/application.js';
import type {Status} from '../../core/status/status.js';
import {Failure} from '../../errors.js';
import {request} from '../control/client.js';
import {down, timedOut, up, type Finding} from './port.js';

/** Longer than any probe, whose signal decides. */
const askMs = 3_600_000;

export async function probeFarm({runDir}: Extract<Probe, {type: 'farm'}>, signal: AbortSignal): Promise<Finding> {
	try {
		const status = await request(runDir, {verb: 'status'}, {timeoutMs: askMs, signal}) as Status | undefined;
		return status === undefined ? timedOut(`the daemon of ${runDir} does not answer`) : judge(status);
	} catch (error) {
		if (error instanceof Failure) {
			return down(error.message);
		}

		throw error;
	}
}

function judge({farm, node, state, reason}: Status): Finding {
	const text = `${node} is ${state} in the farm ${farm}${reason === undefined ? '' : `: ${reason}`}`;
	return state === 'UP' ? up(text) : down(text);
}
