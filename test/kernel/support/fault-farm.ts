/** A farm under traffic, for faults. */

import {detectionMs} from './fault-timing.js';
import {knocker, type Knocker} from './knocker.js';
import {labFor, type Lab} from './lab.js';
import {watchStalls, type Stalls} from './stalls.js';

/** All that the lab's client host has. */
const clients = 44;

export type FaultFarm = {readonly lab: Lab; readonly knocking: Knocker; readonly stalls: Stalls; readonly end: () => Promise<void>};

/** Two heartbeat networks, and a client that opens connections without a pause. `options` are those of `farmctl lab up`. */
export async function faultFarm(name: string, ...options: readonly string[]): Promise<FaultFarm> {
	const downs: Array<() => unknown> = [];
	const end = async (): Promise<void> => {
		await Promise.all(downs.map(async down => down()));
	};

	const stalls = watchStalls();
	downs.push(stalls.stop);
	try {
		const lab = await labFor({teardown(down) {
			downs.push(down);
		}}, name, '--networks', '2', ...options.includes('--detection') ? [] : ['--detection', `${detectionMs}ms`], ...options);
		return {lab, knocking: await knocker(lab, {clients}), stalls, end};
	} catch (error) {
		await end();
		throw error;
	}
}
