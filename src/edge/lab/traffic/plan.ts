/** What traffic a lab's client host makes. */

import {bareAddress, servedPort, type Topology} from '../../../core/lab/topology.js';

export type TrafficPlan = {
	/** Each client address with the VIP of its family. */
	readonly pairs: ReadonlyArray<{readonly client: string; readonly vip: string}>;
	readonly port: number;
	/** Between a client's requests. */
	readonly paceMs: number;
	/** Long-lived connections last between these two. */
	readonly lifeMinMs: number;
	readonly lifeMaxMs: number;
};

/** The plan for every address of the client host. */
export function trafficPlanOf({client, vips}: Topology): TrafficPlan {
	const isV6 = (address: string): boolean => address.includes(':');
	const pairs = client.addresses.map(address => ({
		client: bareAddress(address),
		vip: bareAddress(vips.find(vip => isV6(vip) === isV6(address))!),
	}));
	return {
		pairs, port: servedPort, paceMs: 80, lifeMinMs: 1000, lifeMaxMs: 2000,
	};
}
