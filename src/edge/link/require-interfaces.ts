/** That the interfaces of the farm's VIPs are there and up, before anything is changed. */

import type {Farm} from '../../core/model/farm.js';
import {findInterfaceProblems} from '../../core/vip/state.js';
import {SystemFailure} from '../../errors.js';
import {noSuchInterface} from './no-such-interface.js';
import type {Link} from './port.js';

/** Rejects with a SystemFailure that says what to type, for the first interface that is missing or down. */
export async function requireInterfaces(link: Link, farm: Pick<Farm, 'vips'>): Promise<void> {
	const interfaces = await link.interfaces();
	const [problem] = findInterfaceProblems(farm, interfaces);
	if (problem?.kind === 'missing') {
		throw noSuchInterface(problem.interface, interfaces);
	}

	if (problem) {
		throw new SystemFailure(`interface '${problem.interface}' of a VIP is down`, {hint: `ip link set ${problem.interface} up`});
	}
}
