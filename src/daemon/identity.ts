/** Which farm this is and which of its nodes runs here. */

import {findSelf} from '../core/config/self.js';
import type {Farm, FarmNode} from '../core/model/farm.js';
import {loadFarm} from '../edge/config/load.js';
import type {Link} from '../edge/link/port.js';
import {UsageFailure} from '../errors.js';

export type Identity = {readonly farm: Farm; readonly self: FarmNode};

/** Reads the configuration and finds this node in it. Rejects with a ConfigFailure, or a UsageFailure when the node is not clear. */
export async function loadIdentity(configPath: string, nodeName: string | undefined, link: Pick<Link, 'addresses'>): Promise<Identity> {
	const {farm} = await loadFarm(configPath);
	const machineAddresses = (await link.addresses()).map(({address}) => address);
	const found = findSelf(farm, {machineAddresses, ...(nodeName !== undefined && {name: nodeName})});
	if ('reason' in found) {
		throw new UsageFailure(found.reason, {hint: `name the node: --node ${farm.nodes.map(({name}) => name).join('|')}`});
	}

	return {farm, self: found.node};
}
