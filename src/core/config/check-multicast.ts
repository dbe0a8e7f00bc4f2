/** Multicast groups for heartbeats: which addresses can be one, and whether there is one for each network. */

import {addressToBytes, inNetwork, parseAddress} from '../model/address.js';
import type {AddressFamily, FarmNode} from '../model/farm.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';

/** By the IANA registries of IPv4 and IPv6 multicast addresses; the scopes are those of RFC 4291, section 2.7. */
const unusable: ReadonlyArray<readonly [network: string, prefixLength: number, what: string]> = [
	['224.0.0.0', 24, 'is of the range that is kept for the protocols of a link'],
	['ff00::', 16, 'is reserved'],
	['ff01::', 16, 'never leaves the machine'],
	['ff11::', 16, 'never leaves the machine'],
	['ff02::', 104, 'is of the range that is kept for the protocols of a link'],
];

const examples: Readonly<Record<AddressFamily, string>> = {4: '239.77.48.3', 6: 'ff15::4803'};

/** Canonical texts as far as they are right. Reports what is no group, two of one family, and a network or group without its match. */
export function checkMulticast(texts: ReadonlyArray<string | undefined>, nodes: ReadonlyArray<FarmNode | undefined>, report: Report): Array<string | undefined> {
	const groups = texts.map((text, index) => text === undefined ? undefined : checkGroup(text, index, report));
	const families = new Set(nodes.flatMap(node => node?.addresses ?? []).map(address => familyOf(address)));
	const known = groups.map(group => group === undefined ? undefined : familyOf(group));
	for (const [index, family] of known.entries()) {
		if (family === undefined) {
			continue;
		}

		if (known.indexOf(family) < index) {
			report(['heartbeat', 'multicast', index], `there is another IPv${family} group already`, {hint: 'one group serves all networks of its family'});
		} else if (families.size > 0 && !families.has(family)) {
			report(['heartbeat', 'multicast', index], `no heartbeat network is of IPv${family}, so nobody would use ${groups[index]!}`, {hint: 'take it out'});
		}
	}

	const missing = [...families].find(family => !known.includes(family));
	if (texts.length > 0 && missing !== undefined && groups.every(group => group !== undefined)) {
		report(['heartbeat', 'multicast'], `there are heartbeat networks of IPv${missing}, and no group for them`, {hint: `add one, such as ${examples[missing]}`});
	}

	return groups;
}

const familyOf = (address: string): AddressFamily => address.includes(':') ? 6 : 4;

function checkGroup(text: string, index: number, report: Report): string | undefined {
	const address = parseAddress(text);
	const isGroup = address !== undefined && (inNetwork(address.bytes, addressToBytes('224.0.0.0'), 4) || inNetwork(address.bytes, addressToBytes('ff00::'), 8));
	const reason = address && isGroup
		? unusable.find(([network, prefixLength]) => inNetwork(address.bytes, addressToBytes(network), prefixLength))?.[2]
		: 'is not a multicast address';
	if (reason !== undefined) {
		report(['heartbeat', 'multicast', index], `${quote(text)} ${reason}`, {hint: `such as ${examples[familyOf(text)]}, which is free to use`});
	}

	return reason === undefined ? address!.text : undefined;
}
