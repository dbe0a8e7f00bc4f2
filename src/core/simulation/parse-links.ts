/** Words that are about links: which directions between which nodes nothing passes. */

import type {NodeId} from '../model/farm.js';
import {complain, readNodes, usageHint, type Reading} from './parse-part.js';

type Links = ReadonlyArray<readonly [from: NodeId, to: NodeId]>;

/** Both directions between every two nodes of different groups. */
export function readPartition(reading: Reading, text: string): Links {
	let begin = 0;
	const named = text.split('|').map(group => {
		const ids = readNodes(reading, group, begin);
		begin += group.length + 1;
		return ids;
	});
	const all = named.flat();
	const rest = reading.nodes.map(({id}) => id).filter(id => !all.includes(id));
	const groups = rest.length > 0 ? [...named, rest] : named;
	if (new Set(all).size < all.length) {
		complain(reading, 0, 'a node is in two groups', 'name each node once; those that are not named form one more group');
	} else if (reading.problems.length === 0 && groups.length < 2) {
		complain(reading, 0, 'one group of all nodes is no partition', usageHint(reading.word));
	}

	return groups.flatMap(group => groups.filter(other => other !== group).flatMap(other => between(group, other)));
}

/** Both directions. A name may have hyphens of its own: the first hyphen counts that has names of nodes on both sides. */
export function readCut(reading: Reading, text: string): Links {
	const names = new Set(reading.nodes.map(({name}) => name));
	const hyphens = [...text.matchAll(/-/gu)].map(({index}) => index);
	const areNames = (part: string): boolean => part.split(',').every(name => names.has(name.trim()));
	const hyphen = hyphens.find(index => areNames(text.slice(0, index)) && areNames(text.slice(index + 1))) ?? hyphens[0];
	if (hyphen === undefined) {
		complain(reading, text.length, 'the second node is missing', usageHint(reading.word));
		return [];
	}

	return readPair(reading, text, hyphen).flatMap(([from, to]) => [[from, to], [to, from]] as const);
}

export function readOneWay(reading: Reading, text: string): Links {
	const arrow = text.indexOf('>');
	if (arrow === -1) {
		complain(reading, text.length, 'the node that hears nothing is missing', usageHint(reading.word));
		return [];
	}

	return readPair(reading, text, arrow);
}

/** Every node before the index with every node after it. */
function readPair(reading: Reading, text: string, index: number): Links {
	const senders = readNodes(reading, text.slice(0, index), 0);
	const receivers = readNodes(reading, text.slice(index + 1), index + 1);
	if (senders.some(id => receivers.includes(id))) {
		complain(reading, index + 1, 'a node has no link to itself', 'name two nodes that differ');
	}

	return between(senders, receivers);
}

const between = (senders: readonly NodeId[], receivers: readonly NodeId[]): Links => senders.flatMap(from => receivers.map(to => [from, to] as const));
