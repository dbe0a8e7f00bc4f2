/** The part of the farm that membership needs. Pure. */

import {ownershipFingerprint} from '../core/config/ownership.js';
import type {MembershipConfig} from '../core/membership/types.js';
import type {Farm, NodeId} from '../core/model/farm.js';

export const membershipConfig = (farm: Farm, self: NodeId, version: string): MembershipConfig => ({
	self,
	nodes: farm.nodes.map(({id, name, weight}) => ({id, name, weight})),
	timing: farm.heartbeat.timing,
	quorum: farm.quorum,
	finishMs: farm.finishMs,
	retainMs: farm.retainMs,
	fingerprint: ownershipFingerprint(farm),
	version,
});
