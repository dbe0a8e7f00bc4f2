/** A farm as the text of a configuration, with every default written out: reading it gives the same farm again. */

import type {Farm, FarmNode, PortRange, Rule, Vip} from '../model/farm.js';
import type {Group} from '../model/group.js';
import {renderDuration} from './duration.js';
import {renderApplication} from './render-application.js';
import {yamlText} from './yaml-text.js';

/** YAML that the checker accepts. */
export function renderFarm({name, keyFile, nodes, heartbeat: {port, timing, multicast}, quorum, witnesses, vips, rules, groups, backend, seed, finishMs, retainMs, application}: Farm): string {
	const lines = [
		`farm: ${yamlText(name)}`,
		`key-file: ${yamlText(keyFile)}`,
		'nodes:',
		...nodes.map(node => `  ${renderNode(node)}`),
		'heartbeat:',
		`  detection: ${renderDuration(timing.detectionMs)}`,
		`  detection-max: ${renderDuration(timing.detectionMaxMs)}`,
		`  interval: ${renderDuration(timing.intervalMs)}`,
		`  lease: ${renderDuration(timing.leaseMs)}`,
		`  silence: ${renderDuration(timing.silenceMs)}`,
		`  port: ${port}`,
		`  multicast: [${multicast.map(group => yamlText(group)).join(', ')}]`,
		`quorum: ${quorum}`,
		...witnesses.length > 0 ? [`witnesses: [${witnesses.map(address => yamlText(address)).join(', ')}]`] : [],
		'vips:',
		...vips.map(vip => `  - ${renderVip(vip)}`),
		...renderGroups(groups, nodes),
		'rules:',
		...rules.map(rule => `  - ${renderRule(rule)}`),
		`backend: ${backend}`,
		`seed: ${seed}`,
		`finish: ${renderDuration(finishMs)}`,
		`retain: ${renderDuration(retainMs)}`,
		...renderApplication(application),
	];
	return `${lines.join('\n')}\n`;
}

const renderNode = ({name, id, addresses, weight}: FarmNode): string =>
	`${yamlText(name)}: {id: ${id}, addresses: [${addresses.map(address => yamlText(address)).join(', ')}], weight: ${weight}}`;

const renderVip = (vip: Vip): string =>
	`{address: ${yamlText(`${vip.address}/${vip.prefixLength}`)}, interface: ${yamlText(vip.interface)}, mode: ${vip.mode}, mac: ${yamlText(vip.mac)}}`;

/** Only what differs from the nodes' own weights: those may change later. */
function renderGroups(groups: readonly Group[], nodes: readonly FarmNode[]): string[] {
	const lines = groups.map(group => `  ${group.name}: ${renderGroup(group, nodes)}`);
	const isPlain = groups.length === 1 && lines[0]!.endsWith(': {}');
	return isPlain ? [] : ['groups:', ...lines];
}

function renderGroup({weights, order}: Group, nodes: readonly FarmNode[]): string {
	if (order.length > 0) {
		return `{priority: [${order.map(id => yamlText(nodes.find(node => node.id === id)?.name ?? '')).join(', ')}]}`;
	}

	const own = nodes.filter(({id, weight}) => weights[id] !== weight).map(({id, name}) => `${yamlText(name)}: ${weights[id] ?? 0}`);
	return own.length === 0 ? '{}' : `{weights: {${own.join(', ')}}}`;
}

const renderRule = ({vip, protocol, ports, affinity, group}: Rule): string =>
	`{vip: ${yamlText(vip)}, protocol: ${protocol}, ports: [${ports.map(range => renderPorts(range)).join(', ')}], affinity: ${affinity}, group: ${group}}`;

const renderPorts = ({from, to}: PortRange): string => from === to ? String(from) : `${from}-${to}`;
