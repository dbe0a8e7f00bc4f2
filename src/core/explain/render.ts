/** An explanation as people read it. Rules that put the client into the same slot are told together. */

import {formatDuration, formatShare} from '../status/format.js';
import type {Explanation, RuleAnswer, SlotAnswer} from './explanation.js';
import {renderPorts} from './render-ports.js';
import {renderEndpoint} from './question.js';

/** Several lines of text with a newline at the end. */
export function renderExplanation(explanation: Explanation): string {
	const {client, vip, answers, problem} = explanation;
	const title = `${renderEndpoint(client)}${vip === undefined ? '' : ` to ${renderEndpoint(vip)}`}, ${sourceText(explanation)}`;
	const blocks = [...Map.groupBy(answers, blockOf).values()].map(group => renderBlock(group, explanation));
	const lines = [title, ...blocks.flatMap(block => ['', ...block]), ...problem === undefined ? [] : ['', problem], ...hereLines(explanation)];
	return `${lines.join('\n')}\n`;
}

/** Whose word it is. */
export const sourceText = ({source, farm, node}: Pick<Explanation, 'source' | 'farm' | 'node'>): string => source === 'daemon'
	? `farm ${farm} as node ${node ?? ''} sees it`
	: `farm ${farm} by its configuration: as no daemon was asked, the nodes below are taken to serve`;

const blockOf = (answer: RuleAnswer): string => 'found' in answer ? `slot ${answer.found.slotNumber} ${answer.found.hash.key}` : `ports ${answer.vip} ${answer.protocol} ${renderPorts(answer.ports)}`;

function renderBlock(answers: readonly RuleAnswer[], explanation: Explanation): string[] {
	const [first] = answers as [RuleAnswer];
	const rules = answers.map((answer, index) => field(index === 0 ? 'rule' : '', ruleText(answer)));
	return [...rules, ...'found' in first ? slotLines(first.found, explanation) : portLines(first)];
}

const labelCells = 10;

const field = (label: string, text: string): string => `  ${label.padEnd(labelCells)}${text}`;

const ruleText = ({vip, protocol, ports, affinity, group}: RuleAnswer): string => protocol === 'echo'
	? `echo requests to ${vip}, affinity ${affinity}, group ${group}`
	: `${protocol} ${renderPorts(ports)} of ${vip}, affinity ${affinity}, group ${group}`;

function slotLines(found: SlotAnswer, {source}: Explanation): string[] {
	const {hash, slot, owner, assigned, next, retainedBy, mayRetain, lastMove} = found;
	return [
		field('hash', `${hash.function}(${hash.key}, seed 0x${hash.seed.toString(16)}) = 0x${hash.value.toString(16).padStart(8, '0')}: ${hash.of}`),
		field('slot', String(slot)),
		field('owner', `${owner ?? 'nobody'}${whyText(found, source)}`),
		...assigned === owner ? [] : [field('', assigned === null ? 'no serving node may own it' : `moving: the view gives it to ${assigned}`)],
		...lastMove?.kind === 'released' ? [field('', `${lastMove.node} gave it up ${sinceText(lastMove)}: ${lastMove.why}`)] : [],
		field('order', found.order.length === 0 ? 'no node has a weight here' : found.order.map(node => orderText(node, owner)).join(', ')),
		field('then', owner === null ? 'the first of them that serves' : thenText(owner, next)),
		...source === 'daemon' ? [field('retained', retainedText(retainedBy, mayRetain, owner))] : [],
	];
}

function whyText({order, owner, lastMove}: SlotAnswer, source: Explanation['source']): string {
	if (owner === null) {
		return ': every node drops what comes for this slot';
	}

	if (lastMove?.kind === 'claimed' && lastMove.node === owner) {
		return ` since ${sinceText(lastMove)}${lastMove.from === undefined ? '' : `, from ${lastMove.from}`}: ${lastMove.why}`;
	}

	const isFirst = order[0]?.name === owner;
	return source === 'daemon' ? '' : `: the first of the slot's order${isFirst ? '' : ' that serves'}`;
}

const sinceText = ({at, agoMs}: {readonly at: string; readonly agoMs: number}): string => `${at.replace('T', ' ').replace(/\.\d+Z$/u, ' UTC')} (${formatDuration(agoMs)} ago)`;

function orderText({name, weight, isServing, state}: SlotAnswer['order'][number], owner: string | null): string {
	const about = [
		...name === owner ? ['owner'] : [],
		...state === undefined || state === 'UP' ? [] : [state],
		...isServing || (state !== undefined && state !== 'UP') ? [] : ['does not serve'],
		...weight === 1 ? [] : [`weight ${weight}`],
	];
	return about.length === 0 ? name : `${name} (${about.join(', ')})`;
}

const thenText = (owner: string, next: readonly string[]): string => next.length === 0
	? `when ${owner} goes nobody is left who serves`
	: `when ${owner} goes ${next[0]} takes the slot${next.length === 1 ? '' : `; then ${next.slice(1).join(', ')}`}`;

function retainedText(nodes: readonly string[], perhaps: readonly string[], owner: string | null): string {
	if (nodes.length + perhaps.length === 0) {
		return `nobody: an established connection that ${owner ?? 'the owner'} does not know is reset`;
	}

	const sure = nodes.length === 0 ? '' : `${nodes.join(', ')} still ${nodes.length === 1 ? 'serves' : 'serve'} established connections of the slot`;
	return [...sure === '' ? [] : [sure], ...perhaps.length === 0 ? [] : [`${perhaps.join(', ')} may: too many slots to tell each`]].join('; ');
}

const portLines = (answer: RuleAnswer): string[] => 'anyPort' in answer
	? [
		field('hash', 'by address and port: each connection of this client may lie on another node'),
		field('nodes', answer.anyPort.map(({node, ports}) => `${node ?? 'nobody'} ${formatShare(ports / answer.anyPort.reduce((sum, share) => sum + share.ports, 0))} of its ports`).join(', ')),
		field('', 'name the port to see one connection: CLIENT:PORT'),
	]
	: [];

function hereLines({node, connections, counters}: Explanation): string[] {
	if (node === undefined || counters === undefined) {
		return [];
	}

	return [
		'',
		`on ${node}`,
		...connections === undefined ? [] : [field('clients', `${connections} established ${connections === 1 ? 'connection' : 'connections'} of this client`)],
		field('packets', [
			`${counters.acceptedPackets} accepted`, `${counters.foreignPackets} of other nodes' slots`, `${counters.unknownPackets} left to who retains them`,
			`${counters.unnamedPackets} of no rule`, `${counters.leaselessPackets} without a lease`,
		].join(', ')),
	];
}
