/** The part of the farm that membership needs. Pure. */

import {ownershipFingerprint} from '../core/config/ownership.js';
import type {MembershipConfig} from '../core/membership/types.js';
import type {Farm, NodeId} from '../core/model/farm.js';
import {weightsOf} from '../core/model/group.js';

export const membershipConfig = (farm: Farm, self: NodeId, version: string): MembershipConfig => ({
	self,
	nodes: farm.nodes.map(({id, name}) => ({id, name, weights: weightsOf(farm.groups, id)})),
	groups: farm.groups.map(({name, order}) => ({name, order})),
	timing: farm.heartbeat.timing,
	quorum: farm.quorum,
	keepAtLeast: farm.application.keepAtLeast,
	finishMs: farm.finishMs,
	retainMs: farm.retainMs,
	fingerprint: ownershipFingerprint(farm),
	version,
});
