/** A first configuration for this machine, for a person to go on from. It passes the checks as it is, but for the key file. */

import {addressFromBytes, parseAddress} from '../model/address.js';
import {noApplication} from '../model/application.js';
import {actionValue} from './check-keys.js';
import {renderDuration} from './duration.js';
import {finishDefault, heartbeatPortDefault} from './keys.js';
import {keyFileDefault} from './texts.js';
import {detectionDefaultMs} from './timing.js';
import {yamlText} from './yaml-text.js';

export type MachineAddress = {readonly interface: string; readonly address: string; readonly prefixLength: number};

/** RFC 5737, where the machine has no address that leaves room for two more. */
export const documentationAddress: MachineAddress = {interface: 'eth0', address: '192.0.2.11', prefixLength: 24};

/** Commented YAML. `nodeName` becomes the name of this machine's node where it can be one. */
export function renderSample(machine: MachineAddress | undefined, nodeName: string): string {
	const {interface: interfaceName, address, prefixLength} = machine && hasRoom(machine) ? machine : documentationAddress;
	const own = parseAddress(address)!;
	const last = own.bytes.at(-1)!;
	const beside = (byte: number): string => yamlText(addressFromBytes(own.bytes.with(-1, byte)));
	const vip = addressFromBytes(own.bytes.with(-1, last < 200 ? last + 50 : last - 50));
	const name = /^[A-Za-z][\w-]{0,62}$/u.test(nodeName) && nodeName !== 'other' ? nodeName : 'this';
	return `# farmctl configuration; the same file on every node. farmctl config check tells whether it is right.
farm: web

# 'farmctl genkey --output ${keyFileDefault}' on one node, then copy the file to the others.
key-file: ${keyFileDefault}

# Each server: a number that stays with it, and its own address (one a heartbeat network).
nodes:
  ${yamlText(name)}: {id: 1, addresses: [${yamlText(own.text)}]}   # this machine
  other: {id: 2, addresses: [${beside(last < 253 ? last + 1 : last - 1)}]}   # change: the second server

# How long a node may be silent before the others take over; the rest of the timing follows from it.
heartbeat: {detection: ${detectionDefaultMs}ms, port: ${heartbeatPortDefault}}

# The address that clients use: one that no machine has, in the network of the nodes.
vips:
  - {address: ${yamlText(`${vip}/${prefixLength}`)}, interface: ${yamlText(interfaceName)}, mode: unicast}   # change

# What is shared. Affinity 'client' keeps all of a client on one node, 'connection' spreads its connections.
rules:
  - {vip: ${yamlText(vip)}, protocol: tcp, ports: [80, 443], affinity: client}

# How long a node that stops still serves the connections it has.
finish: ${finishDefault}

# The application. With it a node takes clients only while what is named here runs and is well; farmctl.conf(5) has every kind.
# services:   # started in this order on every node: systemd units that are not enabled there, or programs
#   - {name: web, unit: nginx.service}
# checks:   # what is seen of it, and what follows when it is down: ${actionValue.options.join(', ')}
#   - {name: site, type: http, url: "http://127.0.0.1/", interval: 2s, action: restart}
#   - {name: process, type: process, service: web}   # its death is noticed at once
#   - {name: gateway, type: ping, address: ${beside(1)}, action: wait}   # needed before the services start
# actions: {max: ${noApplication.actions.max}, within: ${renderDuration(noApplication.actions.withinMs)}}   # more automatic actions than that, and the node stops and says why
# keep-at-least: ${noApplication.keepAtLeast}   # so many nodes go on serving, whatever the checks say
`;
}

/** Whether the last byte is free to choose from. */
function hasRoom({address, prefixLength}: MachineAddress): boolean {
	const parsed = parseAddress(address);
	return parsed !== undefined && prefixLength >= 1 && prefixLength <= (parsed.family === 4 ? 24 : 120);
}
