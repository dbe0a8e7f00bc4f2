/**
The VIPs of a daemon's life: up once the filter stands, down before it goes.
*/

import type {Farm} from '../core/model/farm.js';
import {diffVips, renderVipStep, type VipStep} from '../core/vip/diff.js';
import {desiredVips, findInterfaceProblems, noVips, observeVips, type VipState} from '../core/vip/state.js';
import {applyVipSteps} from '../edge/link/apply.js';
import type {Link} from '../edge/link/port.js';
import {SystemFailure} from '../errors.js';
import type {Journal} from './journal.js';
import type {Undo} from './undo.js';

export type VipParts = {readonly farm: Farm; readonly link: Link; readonly journal: Journal; readonly undo: Undo};

/** Puts addresses and cluster MACs where the farm wants them. Rejects with a SystemFailure when an interface is missing or down. */
export async function bringUpVips({farm, link, journal, undo}: VipParts): Promise<void> {
	const [problem] = findInterfaceProblems(farm, await link.interfaces());
	if (problem !== undefined) {
		throw new SystemFailure(`interface '${problem.interface}' of a VIP is ${problem.kind}`, {
			hint: problem.kind === 'down' ? `ip link set ${problem.interface} up` : 'see the interfaces of this machine: ip link show',
		});
	}

	const tell = (step: VipStep): void => {
		journal.record({level: 'info', name: 'vip', message: renderVipStep(step)});
	};

	undo.push('take the VIPs down', async () => {
		await applyVipSteps(link, diffVips(noVips, await observe(farm, link)), {tell});
	});
	await applyVipSteps(link, diffVips(desiredVips(farm), await observe(farm, link)), {tell});
}

const observe = async (farm: Farm, link: Link): Promise<VipState> => observeVips({addresses: await link.addresses(), macs: await link.macs()}, farm);
