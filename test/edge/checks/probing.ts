/** One look of a real prober, with only those parts that the test gives. */

import type {Probe} from '../../../src/core/model/application.js';
import type {CheckResult} from '../../../src/core/model/check-result.js';
import type {Prober} from '../../../src/edge/checks/port.js';
import {createProber} from '../../../src/edge/checks/prober.js';
import type {CheckParts} from '../../../src/edge/checks/source.js';
import {check} from '../../core/application/configs.js';

const missing = (): never => {
	throw new Error('the test has no such part');
};

export const partsWith = (parts: Partial<CheckParts> = {}): CheckParts => ({
	deaths: async () => undefined, pidOfService: async () => 'no services here', pidOfUnit: async () => 'no units here', link: missing, sendEcho: async () => missing(), ...parts,
});

export const prober = (probe: Probe, parts: Partial<CheckParts> = {}): Prober => createProber(check('web', {probe}), partsWith(parts));

/** What one look finds, without the time it took; the signal says when it has taken too long. */
export async function look(probe: Probe, {parts, signal = new AbortController().signal}: {readonly parts?: Partial<CheckParts>; readonly signal?: AbortSignal} = {}): Promise<Omit<CheckResult, 'tookMs'>> {
	const looking = prober(probe, parts);
	const {tookMs, ...rest} = await looking.probe(signal);
	await looking.close();
	return tookMs >= 0 ? rest : {outcome: 'down', reason: `took ${tookMs} ms`};
}

/** Waits for it, however slow the machine is. */
export async function eventually(isSo: () => boolean): Promise<boolean> {
	for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
		if (isSo()) {
			return true;
		}

		await new Promise(resolve => {
			setTimeout(resolve, 10);
		});
	}

	return false;
}
