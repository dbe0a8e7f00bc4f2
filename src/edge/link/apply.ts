/** Carries out the steps of `diffVips`, one after the other, in their order. */

import type {VipStep} from '../../core/vip/diff.js';
import type {Link} from './port.js';

export type ApplyOptions = {
	/** Told of each step before it is made. */
	readonly tell?: (step: VipStep) => void;
};

/** Resolves when every step has been made; rejects with the failure of the first that was not, and leaves the rest undone. */
export async function applyVipSteps(link: Link, steps: readonly VipStep[], {tell}: ApplyOptions = {}): Promise<void> {
	for (const step of steps) {
		tell?.(step);
		await applyStep(link, step); // eslint-disable-line no-await-in-loop -- the order is the point
	}
}

async function applyStep(link: Link, step: VipStep): Promise<void> {
	switch (step.kind) {
		case 'add-address': {
			return link.addAddress(step.interface, step.address);
		}

		case 'remove-address': {
			return link.removeAddress(step.interface, step.address);
		}

		case 'add-mac': {
			return link.addMac(step.interface, step.mac);
		}

		case 'remove-mac': {
			return link.removeMac(step.interface, step.mac);
		}

		default: {
			return step satisfies never;
		}
	}
}
