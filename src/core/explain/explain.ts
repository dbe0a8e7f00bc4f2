/** Who serves a client and why: pure, from a question and what is known of the farm. */

import {hmarkOfClient, hmarkWords} from '../hash/hmark.js';
import {networkAffinityPrefix, jhash, keyOf} from '../hash/jhash.js';
import {addressToBytes, parseAddress} from '../model/address.js';
import type {Affinity, Rule, Vip} from '../model/farm.js';
import {defaultGroupName} from '../model/group.js';
import {hasSlot} from '../model/slot-set.js';
import {explainSchemaName, type Explanation, type HashUsed, type PortShare, type RuleAnswer, type SlotAnswer} from './explanation.js';
import type {Knowledge} from './knowledge.js';
import {describeMove} from './describe-move.js';
import {orderOf, ownerAt, ownersNow} from './owners-now.js';
import type {Question} from './question.js';
import {createSlotFinder, type Packet, type SlotFinder, type SlotFound} from './slot-of.js';

export const portsCount = 65_535;

/** The whole answer, but for what only a running daemon has: its name, connections and counters. */
export function explain(question: Question, knowledge: Knowledge): Explanation {
	const {farm} = knowledge;
	const find = createSlotFinder(farm);
	const asked = vipsAsked(question, knowledge);
	const answers = asked.flatMap(vip => [
		...rulesAsked(question, vip, knowledge).map(rule => answerRule(question, rule, find, knowledge)),
		...question.vip?.port === undefined ? [answerEcho(question, vip, find, knowledge)] : [],
	]);
	return {
		schema: explainSchemaName,
		source: knowledge.source,
		farm: farm.name,
		...question,
		answers,
		...answers.length === 0 && {problem: problemOf(question, asked, knowledge)},
	};
}

const familyOf = (address: string): 4 | 6 => parseAddress(address)?.family ?? 4;

const vipsAsked = ({client, vip}: Question, {farm}: Knowledge): Vip[] =>
	farm.vips.filter(({address, family}) => family === familyOf(client.address) && (vip === undefined || vip.address === address));

const rulesAsked = ({vip}: Question, {address}: Vip, {farm}: Knowledge): Rule[] =>
	farm.rules.filter(rule => rule.vip === address && (vip?.port === undefined || rule.ports.some(({from, to}) => vip.port! >= from && vip.port! <= to)));

function problemOf({client, vip}: Question, asked: readonly Vip[], {farm}: Knowledge): string {
	const addresses = farm.vips.map(({address}) => address).join(', ');
	if (vip !== undefined && !farm.vips.some(({address}) => address === vip.address)) {
		return `${vip.address} is no VIP of farm ${farm.name}; its VIPs: ${addresses}`;
	}

	return asked.length === 0
		? `${client.address} cannot reach ${vip === undefined ? 'a VIP' : vip.address}: the farm has no VIP of that family there; its VIPs: ${addresses}`
		: `no rule names port ${vip!.port} of ${vip!.address}: every node drops what comes for it`;
}

function answerRule({client, vip}: Question, rule: Rule, find: SlotFinder, knowledge: Knowledge): RuleAnswer {
	const {vip: address, protocol, ports, affinity, group} = rule;
	const packet: Packet = {client: client.address, clientPort: client.port, vip: address, protocol, vipPort: vip?.port ?? ports[0]!.from};
	const found = find(packet);
	const answer = {vip: address, protocol, ports, affinity, group};
	return 'reason' in found
		? {...answer, anyPort: portShares(packet, group, find, knowledge)}
		: {...answer, found: answerSlot(found, hashOf(affinity, client, knowledge), knowledge)};
}

function answerEcho({client}: Question, {address}: Vip, find: SlotFinder, knowledge: Knowledge): RuleAnswer {
	const found = find({client: client.address, vip: address, protocol: 'echo'}) as SlotFound;
	return {
		vip: address, protocol: 'echo', affinity: 'client', group: defaultGroupName, found: answerSlot(found, hashOf('client', client, knowledge), knowledge),
	};
}

function hashOf(affinity: Affinity, {address, port = 0}: Question['client'], {farm: {seed, backend}}: Knowledge): HashUsed {
	const bytes = addressToBytes(address);
	const of: Readonly<Record<Affinity, string>> = {
		client: 'source address',
		connection: 'source address and port',
		network: `source address, its first ${networkAffinityPrefix[familyOf(address)]} bits`,
	};
	return backend === 'iptables'
		? {function: 'hmark', of: of[affinity], key: hmarkWords(affinity, bytes, port).map(word => hex(word, 8)).join(''), seed, value: hmarkOfClient(affinity, bytes, port, seed)}
		: {function: 'jhash', of: of[affinity], key: [...keyOf(affinity, bytes, port)].map(byte => hex(byte, 2)).join(''), seed, value: jhash(keyOf(affinity, bytes, port), seed)};
}

/** Of a signed or unsigned word of 32 bits. */
const hex = (value: number, digits: number): string => (value < 0 ? value + (2 ** 32) : value).toString(16).padStart(digits, '0');

function answerSlot({slot, slotNumber}: SlotFound, hash: HashUsed, knowledge: Knowledge): SlotAnswer {
	const order = orderOf(slotNumber, knowledge);
	const serving = order.filter(({isServing}) => isServing);
	const owner = ownerAt(slotNumber, order, knowledge);
	const move = knowledge.moves?.last(slotNumber);
	return {
		slot,
		slotNumber,
		hash,
		order: order.map(({name, weight, isServing, live}) => ({name, weight, isServing, ...live !== undefined && {state: live.state}})),
		owner: owner?.name ?? null,
		assigned: serving[0]?.name ?? null,
		next: serving.filter(({id}) => id !== owner?.id).map(({name}) => name),
		retainedBy: retaining(slotNumber, knowledge, isExact => isExact),
		mayRetain: retaining(slotNumber, knowledge, isExact => !isExact),
		...move !== undefined && {lastMove: describeMove(move, knowledge.nodes, knowledge.moves!)},
	};
}

const retaining = (slotNumber: number, {nodes}: Knowledge, isWanted: (isExact: boolean) => boolean): string[] => nodes
	.filter(({live}) => live !== undefined && isWanted(live.isRetainedExact) && hasSlot(live.retained, slotNumber))
	.map(({name}) => name);

/** The node of each of the client's ports, counted. */
function portShares(packet: Packet, group: string, find: SlotFinder, knowledge: Knowledge): PortShare[] {
	const {ownerOf} = ownersNow(knowledge, knowledge.farm.groups.findIndex(({name}) => name === group));
	const counts = new Map<string | null, number>();
	for (let clientPort = 1; clientPort <= portsCount; clientPort++) {
		const owner = ownerOf((find({...packet, clientPort}) as SlotFound).slot);
		counts.set(owner, (counts.get(owner) ?? 0) + 1);
	}

	return [...counts].map(([node, ports]) => ({node, ports})).toSorted((a, b) => b.ports - a.ports);
}
