/** A farm as the text of a configuration, with every default written out: reading it gives the same farm again. */

import type {Farm, FarmNode, PortRange, Rule, Vip} from '../model/farm.js';
import {renderDuration} from './duration.js';

/** YAML that the checker accepts. */
export function renderFarm({name, keyFile, nodes, heartbeat: {port, timing, multicast}, quorum, witnesses, vips, rules, backend, seed, finishMs, retainMs}: Farm): string {
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
		'rules:',
		...rules.map(rule => `  - ${renderRule(rule)}`),
		`backend: ${backend}`,
		`seed: ${seed}`,
		`finish: ${renderDuration(finishMs)}`,
		`retain: ${renderDuration(retainMs)}`,
	];
	return `${lines.join('\n')}\n`;
}

const renderNode = ({name, id, addresses, weight}: FarmNode): string =>
	`${yamlText(name)}: {id: ${id}, addresses: [${addresses.map(address => yamlText(address)).join(', ')}], weight: ${weight}}`;

const renderVip = (vip: Vip): string =>
	`{address: ${yamlText(`${vip.address}/${vip.prefixLength}`)}, interface: ${yamlText(vip.interface)}, mode: ${vip.mode}, mac: ${yamlText(vip.mac)}}`;

const renderRule = ({vip, protocol, ports, affinity}: Rule): string =>
	`{vip: ${yamlText(vip)}, protocol: ${protocol}, ports: [${ports.map(range => renderPorts(range)).join(', ')}], affinity: ${affinity}}`;

const renderPorts = ({from, to}: PortRange): string => from === to ? String(from) : `${from}-${to}`;

const plain = /^(?:[A-Za-z][\w.-]*|\/[\w./-]+|\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?)$/u;
const notText = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** Plain where no reader of YAML, of any version, takes it for anything but text; else as JSON, which YAML reads alike. */
export const yamlText = (text: string): string => plain.test(text) && !notText.has(text.toLowerCase()) ? text : JSON.stringify(text);
