/** What the kernel tells of interfaces, addresses and link-layer addresses, as far as someone may have to act on it. */

import {authorOf} from '../netlink/author.js';
import type {NetlinkMessage} from '../netlink/message.js';
import {decodeAddress, decodeForwarding, decodeLink, types} from './messages.js';
import type {LinkNotice} from './port.js';

/** RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR of `include/uapi/linux/rtnetlink.h`. */
export const noticeGroups = [1, 3, 5, 9] as const;

/** `undefined` for what concerns nobody: what was added, and the neighbours that come and go all the time. */
export function decodeNotice(message: NetlinkMessage): LinkNotice | undefined {
	switch (message.type) {
		case types.newLink:
		case types.deleteLink: {
			const found = decodeLink({...message, type: types.newLink});
			return found && {kind: 'interface', interface: found.name};
		}

		case types.deleteAddress: {
			const found = decodeAddress({...message, type: types.newAddress});
			return found && {kind: 'address', value: found.address, by: authorOf(message.port)};
		}

		case types.deleteNeighbour: {
			const found = decodeForwarding({...message, type: types.newNeighbour});
			return found && {kind: 'mac', value: found.mac, by: authorOf(message.port)};
		}

		default: {
			return undefined;
		}
	}
}
