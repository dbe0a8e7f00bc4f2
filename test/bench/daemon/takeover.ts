/** How long after a peer's last word the daemon's kernel has the lost slots, told by the kernel's own notices (nftables(7): `nft monitor`). */

import {ownersOf} from '../../../src/core/assignment/owners.js';
import type {Farm, NodeId} from '../../../src/core/model/farm.js';
import {liveSets} from '../../../src/core/ruleset/model.js';
import {attributeMap, decodeText} from '../../../src/edge/netlink/attribute.js';
import {NetlinkConnection, protocols} from '../../../src/edge/netlink/connection.js';
import type {NetlinkMessage} from '../../../src/edge/netlink/message.js';
import {elementListAttributes, headerBytes, messages} from '../../../src/edge/filter/wire.js';
import type {Subject} from './subject.js';

/** NFNLGRP_NFTABLES of `include/uapi/linux/netfilter/nfnetlink.h`. */
const nftablesGroup = 7;

const takeoverMsMax = 10_000;

/** Milliseconds beyond the detection time until the first slot was claimed in the kernel, when a peer falls silent of which the daemon inherits. */
export async function takeoverMs({namespace, peers, farm}: Subject): Promise<number> {
	const id = testator(farm);
	const {promise: claimed, resolve, reject} = Promise.withResolvers<number>();
	let isSilent = false;
	const connection = namespace.run(() => new NetlinkConnection(protocols.netfilter, {
		notice(message) {
			if (isSilent && isClaim(message)) {
				resolve(performance.now());
			}
		},
	}));
	// Nothing is asked over this connection that would keep its socket awake.
	const timer = setTimeout(() => {
		reject(new Error('nobody claimed the slots of the lost peer'));
	}, takeoverMsMax);
	try {
		connection.subscribe(nftablesGroup);
		const lastWordAt = peers.kill(id);
		isSilent = true;
		return await claimed - lastWordAt - farm.heartbeat.timing.detectionMs;
	} finally {
		clearTimeout(timer);
		connection.close();
	}
}

/** A peer of which the first node inherits slots: in a large farm not every one leaves it some. */
function testator({nodes}: Farm): NodeId {
	const before = ownersOf(nodes);
	return nodes.slice(1).map(({id}) => id).find(id => {
		const after = ownersOf(nodes.filter(node => node.id !== id));
		return before.some((owner, slot) => owner === id && after[slot] === nodes[0]!.id);
	})!;
}

const isClaim = ({type, payload}: NetlinkMessage): boolean => type === messages.newElement
	&& decodeText(attributeMap(payload.subarray(headerBytes)).get(elementListAttributes.set)!) === liveSets.slots;
