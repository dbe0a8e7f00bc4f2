/** How `vip up` and `vip down` end: print the steps, or make them and tell each. */

import {renderVipStep, type VipStep} from '../core/vip/diff.js';
import {applyVipSteps} from '../edge/link/apply.js';
import type {Link} from '../edge/link/port.js';

export type Speaker = {
	/** Data, for stdout. */
	readonly print: (text: string) => void;
	/** Talk, for stderr. */
	readonly say: (text: string) => void;
};

/** With `isDryRun` prints the steps and makes none. Rejects with the failure of the first step that could not be made. */
export async function concludeVips(link: Link, steps: readonly VipStep[], {isDryRun, print, say}: Speaker & {readonly isDryRun: boolean}): Promise<void> {
	if (isDryRun) {
		for (const step of steps) {
			print(renderVipStep(step));
		}

		return;
	}

	await applyVipSteps(link, steps, {
		tell(step) {
			say(`[#] ${renderVipStep(step)}`);
		},
	});
}
