/**
The VIPs of a daemon's life: up once the filter stands, down before it goes; in multicast mode with the advertisements that keep snooping switches
sending frames to this node.
*/

import type {AddressFamily, Farm} from '../core/model/farm.js';
import {diffVips, renderVipStep, type VipStep} from '../core/vip/diff.js';
import {desiredVips, noVips} from '../core/vip/state.js';
import {applyVipSteps} from '../edge/link/apply.js';
import {readVips} from '../edge/link/observe.js';
import type {Link} from '../edge/link/port.js';
import {requireInterfaces} from '../edge/link/require-interfaces.js';
import {createRouterAdvertiser} from '../edge/snooping/advertiser.js';
import type {RouterAdvertiser} from '../edge/snooping/port.js';
import type {Journal} from './journal.js';
import type {Undo} from './undo.js';

export type VipParts = {readonly farm: Farm; readonly link: Link; readonly journal: Journal; readonly undo: Undo};

/**
Puts addresses and cluster MACs where the farm wants them. Rejects with a SystemFailure when an interface is missing or down. Resolves with what to call
when an interface has returned: switches behind it may have forgotten that this node takes multicast.
*/
export async function bringUpVips(parts: VipParts): Promise<(interfaceName: string) => void> {
	const {farm, link, journal, undo} = parts;
	await requireInterfaces(link, farm);
	const tell = (step: VipStep): void => {
		journal.record({level: 'info', name: 'vip', message: renderVipStep(step)});
	};

	undo.push('take the VIPs down', async () => {
		await applyVipSteps(link, diffVips(noVips, await readVips(link, farm)), {tell});
	}, {stays: true});
	await applyVipSteps(link, diffVips(desiredVips(farm), await readVips(link, farm)), {tell});
	const advertisers = new Map(await Promise.all([...multicastFamilies(farm)].map(async ([name, families]) => [name, await advertise(name, families, parts)] as const)));
	return interfaceName => {
		advertisers.get(interfaceName)?.close();
		advertisers.get(interfaceName)?.start();
	};
}

function multicastFamilies({vips}: Farm): Map<string, Set<AddressFamily>> {
	const families = new Map<string, Set<AddressFamily>>();
	for (const {interface: name, family, mode} of vips) {
		if (mode === 'multicast') {
			families.set(name, (families.get(name) ?? new Set()).add(family));
		}
	}

	return families;
}

async function advertise(name: string, families: ReadonlySet<AddressFamily>, {journal, undo}: VipParts): Promise<RouterAdvertiser> {
	const advertiser = await createRouterAdvertiser(name, [...families], {
		failed(error) {
			journal.record({
				level: 'warning', name: 'advertisement-failed', message: `cannot tell switches on ${name} that this node takes multicast: ${String(error)}`, fields: {interface: name},
			});
		},
	});
	undo.push(`stop advertising on ${name}`, () => {
		advertiser.stop();
		advertiser.close();
	});
	advertiser.start();
	return advertiser;
}
