/** Every key of `farm.yaml`, once: type, limits, default, unit and a sentence. The checker, the JSON Schema and the manual are made of it. */

import {noApplication} from '../model/application.js';
import {defaultGroupName, groupsMax, weightMax} from '../model/group.js';
import {actions, bootValue, hooks, notify, probe, services} from './application-keys.js';
import {checks} from './check-keys.js';
import type {Read, RecordValue} from './description.js';
import {
	address, file, groupName, interfaceName, keyFileDefault, mac, multicastGroup, name, network, portMax, ports,
} from './texts.js';
import {renderDuration} from './duration.js';
import {
	detectionDefaultMs, detectionMaxMs, detectionMinMs, intervalMaxMs, intervalMinMs, leaseMinMs, silenceMinMs,
} from './timing.js';

export const heartbeatPortDefault = 4803;
export const finishDefault = '30s';
export const finishMaxMs = 24 * 3_600_000;
export const retainDefault = '1h';
export const retainMaxMs = 24 * 3_600_000;
export const nodesMax = 64;
export const nodeIdMax = 64;
export const networksMax = 8;
/** One for each address family. */
export const multicastMax = 2;
export const witnessesMax = 8;
export const vipsMax = 64;
export const rulesMax = 256;
export const portsMax = 100;
export const servicesMax = 32;
export const checksMax = 64;
export const slowStartMaxMs = 3_600_000;
export const seedMax = 0xFF_FF_FF_FF;

const node = {
	kind: 'record',
	fields: {
		id: {value: {kind: 'whole', min: 1, max: nodeIdMax}, isRequired: true, doc: 'Number of the node, unique in the farm; it decides which slots the node prefers, so it stays with the node'},
		addresses: {
			value: {kind: 'list', items: address, min: 1, max: networksMax}, isRequired: true,
			doc: 'Own addresses of the node, one a heartbeat network, in the same order on every node; one must lie in the network of each VIP',
		},
		weight: {value: {kind: 'whole', min: 0, max: weightMax}, default: 1, doc: 'Share of the node relative to the others; 0 takes part and serves nothing'},
	},
} as const satisfies RecordValue;

const heartbeat = {
	kind: 'record',
	fields: {
		detection: {
			value: {kind: 'duration', minMs: detectionMinMs, maxMs: detectionMaxMs}, default: `${detectionDefaultMs}ms`, unit: 'duration',
			doc: 'A node not heard for this long is dead and its slots are taken over',
		},
		'detection-max': {
			value: {kind: 'duration', minMs: detectionMinMs, maxMs: detectionMaxMs}, derived: 'the detection, so that nothing adapts', unit: 'duration',
			doc: 'A node whose heartbeats are lost, slow or late lately is given up to this long before it is dead',
		},
		interval: {
			value: {kind: 'duration', minMs: intervalMinMs, maxMs: intervalMaxMs}, derived: 'a sixth of the detection', unit: 'duration',
			doc: 'A heartbeat leaves this often',
		},
		lease: {
			value: {kind: 'duration', minMs: leaseMinMs, maxMs: detectionMaxMs}, derived: '13/15 of the detection, less where that is not safe', unit: 'duration',
			doc: 'What a node accepts ends this long after the last heartbeat that its peers are known to have; must be less than the detection',
		},
		silence: {
			value: {kind: 'duration', minMs: silenceMinMs, maxMs: detectionMaxMs}, derived: '5/12 of the detection, more where two intervals need it', unit: 'duration',
			doc: 'A peer silent for this long no longer holds back the lease of the others',
		},
		port: {value: {kind: 'whole', min: 1, max: portMax}, default: heartbeatPortDefault, doc: 'UDP port of the heartbeats'},
		multicast: {
			value: {
				kind: 'list', items: multicastGroup, min: 0, max: multicastMax, isBareTaken: true,
			},
			default: [],
			doc: 'Multicast groups to send heartbeats to, one for each address family of the networks; peers that they do not reach are sent their own',
		},
	},
	later: ['networks'],
} as const satisfies RecordValue;

const vip = {
	kind: 'record',
	fields: {
		address: {value: network, isRequired: true, doc: 'The virtual address, with the prefix length of the network it is part of'},
		interface: {value: interfaceName, isRequired: true, doc: 'Interface that receives the address on every node'},
		mode: {
			value: {kind: 'choice', options: ['unicast', 'multicast'], later: ['directed', 'routed']}, default: 'unicast',
			doc: 'What ARP and neighbour discovery answer: a cluster MAC that switches flood because nobody sends from it, or a multicast MAC',
		},
		mac: {value: mac, derived: 'from the farm\'s name and the address', doc: 'The cluster MAC; individual in mode unicast, a group address in mode multicast'},
	},
} as const satisfies RecordValue;

const group = {
	kind: 'record',
	fields: {
		weights: {
			value: {kind: 'map', keys: name, values: {kind: 'whole', min: 0, max: weightMax}, placeholder: 'NAME', min: 0, max: nodesMax}, derived: 'the weight of each node',
			doc: 'Share of a node relative to the others in this group, by the name of the node; 0 serves nothing of it',
		},
		priority: {
			value: {kind: 'list', items: name, min: 1, max: nodesMax}, derived: 'none: the group is shared',
			doc: 'Names of nodes, the first first: the first of them that serves has all of the group, and nodes that are not named have none',
		},
	},
} as const satisfies RecordValue;

const rule = {
	kind: 'record',
	fields: {
		vip: {value: address, isRequired: true, doc: 'Address of a VIP of this farm, without the prefix length'},
		protocol: {value: {kind: 'choice', options: ['tcp', 'udp'], later: ['sctp', 'icmp', 'any']}, isRequired: true, doc: 'Transport protocol'},
		ports: {
			value: {kind: 'list', items: ports, min: 1, max: portsMax}, default: ['1-65535'],
			doc: 'Destination ports: numbers, or ranges such as 8000-8010',
		},
		affinity: {
			value: {kind: 'choice', options: ['client', 'connection', 'network'], later: ['ipid']}, default: 'client',
			doc: 'What stays on one node: all of a client address, one connection, or all of a client network (/24 or /64)',
		},
		group: {value: groupName, default: defaultGroupName, doc: 'Name of the group whose weights and slots the rule shares'},
	},
	later: ['weight'],
} as const satisfies RecordValue;

export const farmKeys = {
	kind: 'record',
	fields: {
		farm: {value: name, isRequired: true, doc: 'Name of the farm; heartbeats of another farm are ignored'},
		'key-file': {
			value: file, default: keyFileDefault,
			doc: 'File with the farm key, the same on every node and readable by root only; relative to the folder of the configuration',
		},
		nodes: {value: {kind: 'map', keys: name, values: node, placeholder: 'NAME', min: 1, max: nodesMax}, isRequired: true, doc: 'The servers of the farm, by name'},
		heartbeat: {value: heartbeat, default: {}, doc: 'How nodes notice one another; setting the detection is enough'},
		quorum: {
			value: {kind: 'choice', options: ['none', 'majority', 'witness']}, default: 'none',
			doc: 'Whether a node serves alone in a split: always, only while it hears more than half of the configured nodes, or also while a witness answers',
		},
		witnesses: {
			value: {kind: 'list', items: address, min: 1, max: witnessesMax}, derived: 'none',
			doc: 'Addresses that are pinged with quorum: witness; one answer is enough',
		},
		vips: {value: {kind: 'list', items: vip, min: 1, max: vipsMax}, isRequired: true, doc: 'The virtual addresses that every node holds'},
		groups: {
			value: {kind: 'map', keys: groupName, values: group, placeholder: 'GROUP', min: 0, max: groupsMax}, derived: 'the default group alone',
			doc: `Rules that share weights of their own, by name; the group ${defaultGroupName} is always there, is that of echo requests, and counts among the ${groupsMax}`,
		},
		rules: {value: {kind: 'list', items: rule, min: 1, max: rulesMax}, isRequired: true, doc: 'Which traffic is shared; traffic to a VIP that no rule names is dropped'},
		backend: {
			value: {kind: 'choice', options: ['nft', 'iptables']}, default: 'nft',
			doc: 'What in the kernel deals packets to nodes: nftables, or iptables with its HMARK target; the same on every node, since they hash differently',
		},
		seed: {value: {kind: 'whole', min: 0, max: seedMax}, derived: 'from the farm\'s name', doc: 'Seed of the hash that deals clients to slots, the same on every node'},
		finish: {
			value: {kind: 'duration', minMs: 0, maxMs: finishMaxMs}, default: finishDefault, unit: 'duration',
			doc: 'How long a daemon that is told to end still serves established connections',
		},
		retain: {
			value: {kind: 'duration', minMs: 0, maxMs: retainMaxMs}, default: retainDefault, unit: 'duration',
			doc: 'How long a node that gave a slot up to another still serves the established TCP connections of the slot, if they do not end before',
		},
		services: {
			value: {kind: 'list', items: services, min: 0, max: servicesMax}, default: [],
			doc: 'What runs on every node and is started before the node serves, in this order; stopped in the reverse order',
		},
		checks: {
			value: {kind: 'list', items: checks, min: 0, max: checksMax}, default: [],
			doc: 'What must be well on a node so that it serves, and what follows when it is not',
		},
		hooks: {value: hooks, default: {}, doc: 'Programs that are told what happens on this node, one at a time and in order'},
		actions: {value: actions, default: {}, doc: 'How often a node mends itself'},
		boot: {value: bootValue, default: noApplication.boot, doc: 'What a node does after its machine has booted: start to serve, stay out of the farm, or go on as before'},
		'keep-at-least': {
			value: {kind: 'whole', min: 0, max: nodesMax}, default: noApplication.keepAtLeast,
			doc: 'So many nodes go on serving, marked degraded, although checks would take them out; 0 for no such guard',
		},
		'slow-start': {
			value: {kind: 'duration', minMs: 0, maxMs: slowStartMaxMs}, default: renderDuration(noApplication.slowStartMs), unit: 'duration',
			doc: 'A node that returns takes its share in steps for so long',
		},
		probe: {value: probe, derived: 'none', doc: 'An HTTP listener that answers 200 while the node is UP and 503 with the reason otherwise, for balancers in front'},
		notify: {value: notify, derived: 'none', doc: 'Who is told of events'},
	},
} as const satisfies RecordValue;

export type RawFarm = Read<typeof farmKeys>;
export type RawVip = Read<typeof vip>;
export type RawRule = Read<typeof rule>;
export type RawGroups = RawFarm['groups'];
export type RawServices = RawFarm['services'];
export type RawChecks = RawFarm['checks'];
export type RawCheckList = NonNullable<RawChecks>;
export type RawCheck = NonNullable<RawCheckList[number]>;
