/** The heartbeat networks in words: a line for each where there are several, or where one is in trouble. */

import {printable} from './display-width.js';
import {formatDuration} from './format.js';
import type {Tone} from './node-row.js';
import type {Status, StatusNetwork, StatusNode} from './status.js';

/** Loss up to this needs no look. */
export const lossPercentQuiet = 1;

export type NetworkLine = {readonly network: number; readonly tone: Tone; readonly text: string};

/** One peer on one network. */
type Way = StatusNetwork & {readonly node: string};

/** In the order of the networks; none for a farm with one that is well. */
export function networkLines(status: Status): NetworkLine[] {
	const lines = ownNetworks(status).map(own => lineOf(own, waysOf(status, own.network)));
	return lines.length > 1 || lines.some(({tone}) => tone !== 'plain') ? lines : [];
}

/** The line that most needs a look: the one with a lost peer, else with the most loss, else the slowest. */
export function worstNetworkLine(status: Status): NetworkLine | undefined {
	const badness = ({network}: NetworkLine): readonly number[] => {
		const ways = waysOf(status, network);
		return [ways.filter(({isLost}) => isLost).length, worst(ways, 'lossPercent')?.lossPercent ?? 0, worst(ways, 'rttMs')?.rttMs ?? 0];
	};

	return networkLines(status).toSorted((a, b) => compareInTurn(badness(b), badness(a)))[0];
}

/** Peers that are alive and that a network has lost, by network, where there are any. */
export const lostNetworks = (status: Status): Array<{readonly own: StatusNetwork; readonly lost: readonly Way[]; readonly isForAll: boolean}> =>
	ownNetworks(status).flatMap(own => {
		const ways = waysOf(status, own.network);
		const lost = ways.filter(({isLost}) => isLost);
		return lost.length === 0 ? [] : [{own, lost, isForAll: lost.length === ways.length}];
	});

/** Who is silent, and for how long: the longest silence of all. */
export function silenceText(lost: readonly Way[], isForAll: boolean): string {
	const who = isForAll && lost.length > 1 ? 'all nodes' : (lost.length > 3 ? `${lost.length} nodes` : lost.map(({node}) => node).join(', '));
	const longestMs = worst(lost, 'lastHeardMs')?.lastHeardMs;
	return `${who} ${longestMs === undefined ? 'never heard' : `silent for ${formatDuration(longestMs!)}`}`;
}

const ownNetworks = ({node: self, nodes}: Status): readonly StatusNetwork[] => nodes.find(({name}) => name === self)?.networks ?? [];

/** Of a node that sends nothing no network says anything. */
const isSending = ({state}: StatusNode): boolean => !['OFF', 'DEAD', 'UNKNOWN'].includes(state);

const waysOf = ({node: self, nodes}: Status, network: number): Way[] => nodes
	.filter(node => node.name !== self && isSending(node))
	.flatMap(({name, networks}) => networks.filter(way => way.network === network).map(way => ({...way, node: name})));

function worst(ways: readonly Way[], what: 'lossPercent' | 'rttMs' | 'lastHeardMs'): Way | undefined {
	return ways.filter(way => way[what] !== null).toSorted((a, b) => b[what]! - a[what]!)[0];
}

function lineOf({network, address}: StatusNetwork, ways: readonly Way[]): NetworkLine {
	const lost = ways.filter(({isLost}) => isLost);
	const heard = ways.filter(({isLost}) => !isLost);
	const [loss, rtt] = [worst(heard, 'lossPercent'), worst(heard, 'rttMs')];
	const isLossy = loss !== undefined && loss.lossPercent! > lossPercentQuiet;
	const facts = [
		...lost.length > 0 ? [silenceText(lost, heard.length === 0)] : [],
		...isLossy ? [`loss ${loss.lossPercent}% (${loss.node})`] : [],
		...rtt === undefined ? [] : [`rtt at most ${rtt.rttMs} ms, jitter ${rtt.jitterMs} ms (${rtt.node})`],
	];
	const rest = facts.length === 0 ? 'no node heard yet' : facts.join(', ');
	return {network, tone: lost.length > 0 || isLossy ? 'warn' : 'plain', text: printable(`network ${network} (${address}): ${rest}`)};
}

function compareInTurn(a: readonly number[], b: readonly number[]): number {
	const index = a.findIndex((value, place) => value !== b[place]);
	return index === -1 ? 0 : a[index]! - b[index]!;
}
