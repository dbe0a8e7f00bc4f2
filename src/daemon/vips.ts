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
import type {Follower} from './live/machine.js';
import type {Undo} from './undo.js';

export type VipParts = {
	readonly farm: Farm;
	/** As configured when the VIPs are taken down. */
	readonly current: () => Farm;
	readonly link: Link;
	readonly journal: Journal;
	readonly undo: Undo;
};

export type Advertising = Follower & {
	/** An interface has returned: switches behind it may have forgotten that this node takes multicast. */
	readonly again: (interfaceName: string) => void;
};

/** Puts addresses and cluster MACs where the farm wants them. Rejects with a SystemFailure when an interface is missing or down. */
export async function bringUpVips({farm, current, link, journal, undo}: VipParts): Promise<Advertising> {
	await requireInterfaces(link, farm);
	const tell = (step: VipStep): void => {
		journal.record({level: 'info', name: 'vip', message: renderVipStep(step)});
	};

	undo.push('take the VIPs down', async () => {
		await applyVipSteps(link, diffVips(noVips, await readVips(link, current())), {tell});
	}, {stays: true});
	await applyVipSteps(link, diffVips(desiredVips(farm), await readVips(link, farm)), {tell});
	const advertisers = new Map<string, {readonly families: string; readonly advertiser: RouterAdvertiser}>();
	const end = (name: string): void => {
		const {advertiser} = advertisers.get(name)!;
		advertiser.stop();
		advertiser.close();
		advertisers.delete(name);
	};

	undo.push('stop advertising', () => {
		for (const name of advertisers.keys()) {
			end(name);
		}
	});
	const follow = async (next: Farm): Promise<void> => {
		const wanted = multicastFamilies(next);
		for (const [name, families] of wanted) {
			if (advertisers.get(name)?.families !== [...families].join(' ')) {
				const advertiser = await advertise(name, families, journal); // eslint-disable-line no-await-in-loop -- a few interfaces, one after the other
				if (advertisers.has(name)) {
					end(name);
				}

				advertisers.set(name, {families: [...families].join(' '), advertiser});
				advertiser.start();
			}
		}

		const unwanted = [...advertisers.keys()].filter(known => !wanted.has(known));
		for (const name of unwanted) {
			end(name);
		}
	};

	await follow(farm);
	return {
		follow: async standing => follow(standing.farm),
		again(interfaceName) {
			const {advertiser} = advertisers.get(interfaceName) ?? {};
			advertiser?.close();
			advertiser?.start();
		},
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

const advertise = async (name: string, families: ReadonlySet<AddressFamily>, journal: Journal): Promise<RouterAdvertiser> => createRouterAdvertiser(name, [...families], {
	failed(error) {
		journal.record({
			level: 'warning', name: 'advertisement-failed', message: `cannot tell switches on ${name} that this node takes multicast: ${String(error)}`, fields: {interface: name},
		});
	},
});
