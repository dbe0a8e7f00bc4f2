/** What a snapshot means: whether the farm is well, and if not, why and what to type next. */

import {differsBeginning} from '../membership/conflict.js';
import {applicationReasons, nextForApplication} from './application-health.js';
import {formatDuration} from './format.js';
import {lostNetworks, silenceText} from './network-lines.js';
import {problemOf} from './node-row.js';
import type {Status, StatusNode} from './status.js';

/** `down`: nobody serves any slot, as far as this node knows. `degraded`: clients are served, but something needs a look. */
export type Health = 'healthy' | 'degraded' | 'down';

export type HealthReason = {
	/** A stable word for scripts. */
	readonly code: 'self' | 'lease' | 'uncovered' | 'overlapping' | 'node' | 'network' | 'check' | 'service';
	/** One sentence without a full stop. */
	readonly message: string;
	/** The command that leads on. */
	readonly next: string;
};

/** What `status --json` prints: the daemon's snapshot and what it means. */
export type StatusReport = Status & {readonly health: Health; readonly reasons: readonly HealthReason[]};

/** Healthy when every slot is covered once, every configured node is UP without a problem and heard on every network, and this node may serve what it owns. */
export function healthOf(status: Status): {readonly health: Health; readonly reasons: readonly HealthReason[]} {
	const reasons = [
		...selfReasons(status), ...applicationReasons(status), ...coverageReasons(status), ...peersToTell(status).flatMap(node => peerReasons(node)), ...networkReasons(status),
	];
	return status.coverage.owned === 0 ? {health: 'down', reasons} : {health: reasons.length === 0 ? 'healthy' : 'degraded', reasons};
}

export const reportOf = (status: Status): StatusReport => ({...status, ...healthOf(status)});

function selfReasons(status: Status): HealthReason[] {
	const self = status.nodes.find(node => node.name === status.node);
	const problem = (status.state === 'DRAINING' ? undefined : status.reason) ?? (self === undefined ? undefined : problemOf(self));
	if (status.state !== 'UP' || problem !== undefined) {
		return [{
			code: 'self',
			message: `${status.node} (this node) is ${status.state}${problem === undefined ? '' : `: ${problem}`}`,
			next: nextForSelf(status),
		}];
	}

	return self !== undefined && self.slots > 0 && status.lease.restMs === undefined
		? [{code: 'lease', message: `${status.node} (this node) has no lease, so it accepts nothing`, next: 'farmctl events'}]
		: [];
}

function nextForSelf(status: Status): string {
	const {state, node, nodes, reason = ''} = status;
	if (state === 'OFF') {
		return 'farmctl run';
	}

	const other = nodes.find(one => one.state === 'UP' && one.name !== node);
	return nextForApplication(status) ?? nextForRest(node, state) ?? (reason.startsWith(differsBeginning) && other !== undefined ? `on ${other.name}: farmctl apply` : nextForKept(status));
}

/** One that is kept leaves when others serve: what is wrong with them comes first. */
const nextForKept = ({reason = ''}: Status): string => reason.includes('; serves on, for ') ? 'farmctl node list' : 'farmctl events -f';

/** Of a node that an operator took out of the farm, where any node may be asked to change that. */
function nextForRest(name: string, state: Status['state']): string | undefined {
	if (state === 'STOP') {
		return `farmctl node start ${name}`;
	}

	return state === 'DRAINING' ? `farmctl node drain ${name} --wait` : undefined;
}

function coverageReasons({coverage: {owned, total, overlapping}, nodes}: Status): HealthReason[] {
	const isOrdered = nodes.some(({state}) => state === 'STOP') && nodes.every(({state}) => ['STOP', 'DRAINING', 'OFF'].includes(state));
	const reasons: HealthReason[] = [];
	if (owned < total) {
		reasons.push({
			code: 'uncovered',
			message: owned === 0 ? `no node serves any slot${isOrdered ? ': operators have drained or stopped all of them' : ''}` : `${total - owned} of ${total} slots have no owner, their clients are not served`,
			next: isOrdered ? 'farmctl node start --all' : 'farmctl events -f',
		});
	}

	if (overlapping > 0) {
		reasons.push({
			code: 'overlapping',
			message: `${overlapping} slots are claimed by more than one node; heartbeats that crossed look like this for a moment`,
			next: 'farmctl status',
		});
	}

	return reasons;
}

/** A node that is not UP itself has its own reason told; that it has not heard the others yet follows from it. */
const peersToTell = ({nodes, node: self, state}: Status): StatusNode[] => nodes.filter(node => node.name !== self && (state === 'UP' || node.state !== 'UNKNOWN'));

function peerReasons(node: StatusNode): HealthReason[] {
	const problem = problemOf(node);
	const next = problem?.startsWith(differsBeginning) ? 'farmctl apply' : nextForPeer(node);
	return problem === undefined ? [] : [{code: 'node', message: `${node.name} is ${node.state}: ${problem}`, next}];
}

/** One that its application has stopped is looked at before it is started. */
const isOrdered = ({problem = ''}: StatusNode): boolean => problem === '' || problem.includes('by an operator');

const nextForPeer = (node: StatusNode): string => node.state === 'STOP' && !isOrdered(node)
	? `on ${node.name}: farmctl status; when it is mended: farmctl node start ${node.name}`
	: nextForPeerState(node);

const nextForPeerState = ({name, state}: StatusNode): string => nextForRest(name, state) ?? `on ${name}: farmctl ${state === 'OFF' ? 'run' : 'status'}`;

/** A network that no peer is heard on is most likely this node's own trouble. */
const networkReasons = (status: Status): HealthReason[] => lostNetworks(status).map(({own: {network, address}, lost, isForAll}) => ({
	code: 'network',
	message: `network ${network} (${address} here) is lost: ${silenceText(lost, isForAll)}`,
	next: isForAll ? 'ip -s link' : `on ${lost[0]!.node}: ip -s link; farmctl status`,
}));

/** How much of the slot table has an owner. */
export const coverageText = ({coverage: {owned, total}}: Status): string => owned === total ? `all ${total} slots covered` : `${owned} of ${total} slots covered`;

/** Which node says so, and for how long its daemon has run. */
export const witnessText = ({node, uptimeMs}: Status): string => `seen from ${node}, up ${formatDuration(uptimeMs)}`;
