/** Snapshots of one farm in the states that displays must tell apart. */

import type {StatusApplication, StatusCheck, StatusCheckResult} from '../../../src/core/status/application.js';
import type {Status, StatusNetwork, StatusNode} from '../../../src/core/status/status.js';

/** Of the node that answers nothing is measured. */
export const network = (id: number, number: number, over: Partial<StatusNetwork> = {}): StatusNetwork => ({
	network: number,
	address: number === 1 ? `192.0.2.1${id}` : `198.51.100.1${id}`,
	isLost: false,
	...id === 1
		? {
			lossPercent: null, rttMs: null, jitterMs: null, lastHeardMs: null,
		}
		: {
			lossPercent: 0, rttMs: 0.21, jitterMs: 0.03, lastHeardMs: 10 + id,
		},
	...over,
});

const node = (id: number, over: Partial<StatusNode> = {}): StatusNode => ({
	name: `web${id}`,
	id,
	state: 'UP',
	share: 1 / 3,
	slots: 840,
	retainedSlots: 0,
	retainedConnections: 0,
	weight: 1,
	lastHeartbeatMs: id === 1 ? 0 : 10 + id,
	version: '0.1.0',
	latenessMs: 1,
	addresses: [`192.0.2.1${id}`],
	networks: [network(id, 1)],
	isDirect: true,
	detectionMs: 300,
	key: '1a2b3c4d',
	...over,
});

export const healthy: Status = {
	schema: 1,
	farm: 'web',
	node: 'web1',
	version: '0.1.0',
	at: '2026-01-02T03:04:05.678Z',
	uptimeMs: 185_000,
	state: 'UP',
	view: {members: ['web1', 'web2', 'web3'], generation: 7, phase: 'released'},
	coverage: {owned: 2520, total: 2520, overlapping: 0},
	lease: {restMs: 212},
	timing: {detectionMs: 300, detectionMaxMs: 300, intervalMs: 50, leaseMs: 260},
	quorum: 'none',
	nodes: [node(1), node(2), node(3)],
	vips: [{address: '192.0.2.100', interface: 'eth0', mode: 'unicast', mac: '02:00:c0:00:02:64'}],
	filter: {backEnd: 'nft', counters: {foreignPackets: 2000, leaselessPackets: 0, unnamedPackets: 4, acceptedPackets: 1000, unknownPackets: 0}},
	rejected: {},
	keys: {sealing: '1a2b3c4d', accepted: ['1a2b3c4d']},
	connections: 12,
	events: [
		{at: '2026-01-02T03:01:00.000Z', level: 'info', name: 'admitted', message: 'web1 joins the farm'},
		{at: '2026-01-02T03:01:01.000Z', level: 'info', name: 'view', message: 'web1, web2 and web3 serve', fields: {members: 3}},
	],
};

export const oneDead: Status = {
	...healthy,
	view: {members: ['web1', 'web3'], generation: 8, phase: 'released'},
	nodes: [node(1, {share: 0.5, slots: 1260}), node(2, {state: 'DEAD', share: 0, slots: 0, lastHeartbeatMs: 4200}), node(3, {share: 0.5, slots: 1260})],
	events: [...healthy.events, {
		at: '2026-01-02T03:04:01.000Z', level: 'warning', name: 'node-dead', message: 'web2 is dead: not heard for 300 ms', fields: {node: 'web2'},
	}],
};

export const oneWaiting: Status = {
	...healthy,
	view: {members: ['web1', 'web2'], generation: 9, phase: 'released'},
	nodes: [
		node(1, {share: 0.5, slots: 1260}),
		node(2, {share: 0.5, slots: 1260, retainedSlots: 420, retainedConnections: 137}),
		node(3, {state: 'WAIT', share: 0, slots: 0, problem: 'its rules differ from ours (fingerprint 0123456789abcdef)'}),
	],
};

const unheard = {state: 'UNKNOWN', share: 0, slots: 0, lastHeartbeatMs: null, version: ''} as const;

export const booting: Status = {
	...healthy,
	uptimeMs: 120,
	state: 'WAIT',
	reason: 'hears out its peers',
	view: {members: [], generation: 1, phase: 'admission'},
	coverage: {owned: 0, total: 2520, overlapping: 0},
	lease: {},
	nodes: [node(1, {state: 'WAIT', share: 0, slots: 0}), node(2, unheard), node(3, unheard)],
	filter: {backEnd: 'nft'},
	events: [],
};

/** In the middle of a handoff: a third of the slots has no owner for a moment. */
export const handingOver: Status = {
	...healthy,
	coverage: {owned: 1680, total: 2520, overlapping: 0},
	nodes: [node(1), node(2), node(3, {state: 'STOPPING', share: 0, slots: 0, retainedSlots: 840, retainedConnections: 1})],
};

/** A farm of many nodes, the last of them dead. */
export const many = (count: number): Status => ({
	...healthy,
	nodes: Array.from({length: count}, (_, index) => node(index + 1, {
		share: 1 / (count - 1), slots: Math.floor(2520 / (count - 1)), ...(index === count - 1 && {state: 'DEAD', share: 0, slots: 0, lastHeartbeatMs: 61_000}),
	})),
});

const silent = {isLost: true, lossPercent: 100, lastHeardMs: 12_300};

/** Two networks; on the second web3 is silent and web2 loses some. */
export const oneNetworkLost: Status = {
	...healthy,
	nodes: [1, 2, 3].map(id => node(id, {networks: [network(id, 1), network(id, 2, id === 3 ? silent : (id === 2 ? {lossPercent: 3.2, rttMs: 0.4} : {}))]})),
};

const inGroups = (slots: readonly number[], weights: readonly number[]): Partial<StatusNode> => ({
	share: slots.reduce((sum, count) => sum + count, 0) / (3 * 2520),
	slots: slots.reduce((sum, count) => sum + count, 0),
	groups: ['default', 'static', 'admin'].map((name, group) => ({name, share: slots[group]! / 2520, slots: slots[group]!, retainedSlots: 0, weight: weights[group]!})),
});

export const grouped: Status = {
	...healthy,
	coverage: {owned: 7560, total: 7560, overlapping: 0},
	nodes: [node(1, inGroups([840, 2099, 2520], [1, 5, 1])), node(2, inGroups([840, 421, 0], [1, 1, 1])), node(3, inGroups([840, 0, 0], [1, 0, 1]))],
};

const results = (count: number, over: (index: number) => Partial<StatusCheckResult> = () => ({})): StatusCheckResult[] => Array.from({length: count}, (_, index) => ({
	at: `2026-01-02T03:04:0${index}.250Z`, outcome: 'up', tookMs: 2.6, reason: 'status 200', ...over(index),
}));

const check = (name: string, over: Partial<StatusCheck> = {}): StatusCheck => ({
	name, type: 'tcp', looksAt: '127.0.0.1:80', when: 'up', action: 'restart', isEnabled: true, isBegun: true, state: 'up', sinceMs: 185_000, results: results(10), ...over,
});

const application: StatusApplication = {
	life: 'UP',
	sinceMs: 185_000,
	services: [
		{
			name: 'web', kind: 'unit', runs: 'nginx.service', state: 'running', sinceMs: 11_100_000,
		},
		{
			name: 'api', kind: 'command', runs: '/usr/bin/api --listen 8080', state: 'running', sinceMs: 185_000,
		},
	],
	checks: [check('page', {type: 'http', looksAt: 'http://127.0.0.1/health'}), check('api')],
	actions: {done: [], max: 3, withinMs: 86_400_000},
};

const serving = (over: Partial<StatusApplication>): Status => ({...healthy, application: {...application, ...over}});

export const applied: Status = serving({});

const refused = check('db', {
	looksAt: '10.0.0.5:5432', action: 'wait', state: 'down', sinceMs: 12_000,
	results: results(10, index => index < 7 ? {} : {outcome: index === 9 ? 'timeout' : 'down', reason: index === 9 ? 'no answer within 1 s' : 'connection refused'}),
});

const outOf = (status: Status, state: StatusNode['state'], reason: string): Status => ({
	...status, state, reason, lease: {}, nodes: [node(1, {state, share: 0, slots: 0, problem: reason}), node(2, {share: 0.5, slots: 1260}), node(3, {share: 0.5, slots: 1260})],
});

/** A check with the action `wait` is down. */
export const checkDown: Status = outOf(serving({checks: [...application.checks, refused]}), 'WAIT', 'check db is down: timeout: no answer within 1 s');

/** As often as may be was not enough. */
export const heldStopped: Status = (() => {
	const held = 'check db is down: connection refused, after 3 automatic actions within 24h; restart 3h before (connection refused)';
	const checks = [...application.checks, {...refused, state: 'unknown', isBegun: false} as const];
	return outOf(serving({life: 'STOP', held, checks, services: application.services.map(service => ({...service, state: 'stopped'}))}), 'STOP', held);
})();

/** Not well, and kept because too few others are. */
export const keptDegraded: Status = {...serving({checks: [...application.checks, refused]}), reason: 'degraded: check db is down: no answer within 1 s'};

/** What is shown only. */
export const checkNoted: Status = serving({
	checks: [
		...application.checks,
		{...refused, action: 'none'},
		check('page-tls', {type: 'http', looksAt: 'https://www.example.com/', warning: 'the certificate ends in 9 d'}),
		check('queue', {isEnabled: false, isBegun: false, state: 'unknown', results: []}),
	],
});

/** A service that is being started again after it died. */
export const serviceDead: Status = outOf(serving({
	services: [application.services[0]!, {
		...application.services[1]!, state: 'starting', sinceMs: 300, reason: 'ended by signal SIGKILL',
	}],
	actions: {...application.actions, done: [{
		at: '2026-01-02T03:04:05.100Z', action: 'restart', subject: 'service api', reason: 'ended by signal SIGKILL',
	}]},
}), 'STARTING', 'service api ended by signal SIGKILL: it is started again');

export const samples = {applied, checkDown, heldStopped, keptDegraded, checkNoted, serviceDead, grouped, healthy, oneDead, oneWaiting, booting, handingOver, oneNetworkLost, many: many(10)};
