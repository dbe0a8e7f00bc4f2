/** The quorum and its witnesses. */

import type {FarmNode, Quorum, Vip} from '../model/farm.js';
import {checkAddress} from './check-nodes.js';
import type {RawFarm} from './keys.js';
import type {Report} from './scalars.js';

type CheckedQuorum = {readonly quorum: Quorum; readonly witnesses: readonly string[]};

/** Reports witnesses that are missing, needless or part of the farm itself. */
export function checkQuorum(
	raw: Pick<RawFarm, 'quorum' | 'witnesses'>,
	{nodes, vips}: {readonly nodes: ReadonlyArray<FarmNode | undefined>; readonly vips: ReadonlyArray<Vip | undefined>},
	report: Report,
): CheckedQuorum | undefined {
	const texts = raw.witnesses ?? [];
	const witnesses = texts.map((text, index) => text === undefined ? undefined : checkAddress(text, ['witnesses', index], report));
	for (const [index, address] of witnesses.entries()) {
		const owner = address === undefined ? undefined : ownerOf(address, nodes, vips);
		if (owner !== undefined) {
			report(['witnesses', index], `the witness ${address} is ${owner}: it says nothing about the network`, {hint: 'a router, or another machine that is always there'});
		}
	}

	if (raw.quorum === 'witness' && texts.length === 0) {
		report(['quorum'], 'quorum: witness needs at least one address in \'witnesses\'', {hint: 'witnesses: [the address of the router]'});
	} else if (raw.quorum !== undefined && raw.quorum !== 'witness' && texts.length > 0) {
		report(['witnesses'], `witnesses are asked only with quorum: witness, and it is ${raw.quorum}`, {at: 'key', hint: 'quorum: witness, or leave the witnesses out'});
	}

	return raw.quorum !== undefined && witnesses.every(address => address !== undefined) ? {quorum: raw.quorum, witnesses} : undefined;
}

function ownerOf(address: string, nodes: ReadonlyArray<FarmNode | undefined>, vips: ReadonlyArray<Vip | undefined>): string | undefined {
	const node = nodes.find(item => item?.addresses.includes(address));
	return node === undefined ? (vips.some(vip => vip?.address === address) ? 'a VIP of this farm' : undefined) : `the address of node '${node.name}'`;
}

/** What a quorum costs where that may surprise. */
export const quorumWarnings = ({quorum, nodes}: {readonly quorum: Quorum; readonly nodes: readonly unknown[]}): ReadonlyArray<{readonly message: string; readonly hint: string}> =>
	quorum === 'majority' && nodes.length === 2
		? [{message: 'a majority of two nodes is both of them: when one fails the other falls silent too', hint: 'quorum: witness, or a third node'}]
		: [];
