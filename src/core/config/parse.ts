/** From a tree to a checked farm, or to everything that is wrong with it. */

import type {Farm, FarmNode} from '../model/farm.js';
import {checkApplication} from './check-application.js';
import {checkWarnings} from './check-checks.js';
import {checkGroups, groupWarnings} from './check-groups.js';
import {checkMulticast} from './check-multicast.js';
import {checkNodes} from './check-nodes.js';
import {checkQuorum, quorumWarnings} from './check-quorum.js';
import {checkRules} from './check-rules.js';
import {checkVips} from './check-vips.js';
import {deriveSeed} from './derive.js';
import {farmKeys, type RawFarm} from './keys.js';
import {pathText, sortProblems, type Problem} from './problem.js';
import type {Report} from './scalars.js';
import {readShape} from './shape.js';
import {deriveTiming, iptablesTimingProblems, timingProblems, timingWarnings, type TimingProblem} from './timing.js';
import {locate, locateKey, type Tree} from './tree.js';

/** `warnings` are what works and has a price. `keyFile` of the farm is as written. */
export type ParseResult =
	| {readonly farm: Farm; readonly warnings: readonly Problem[]}
	| {readonly problems: readonly Problem[]};

/** Never throws; tells all problems at once, in the order of the file. */
export function parseFarm(tree: Tree): ParseResult {
	const problems: Problem[] = [];
	const report = reporter(tree, problems);
	const raw = readShape(tree, farmKeys, report);
	const farm = raw && checkFarm(raw, report);
	if (!farm || problems.length > 0) {
		return {problems: sortProblems(problems)};
	}

	const warnings: Problem[] = [];
	const warn = reporter(tree, warnings);
	reportTiming(timingWarnings(farm.heartbeat.timing), warn);
	for (const {message, hint} of quorumWarnings(farm)) {
		warn(['quorum'], message, {hint});
	}

	for (const {group, message, hint} of groupWarnings(farm)) {
		warn(['groups', group], message, {hint, at: 'key'});
	}

	for (const {check, message, hint} of checkWarnings(farm.application)) {
		warn(['checks', check, 'action'], message, {hint});
	}

	return {farm, warnings};
}

const reporter = (tree: Tree, problems: Problem[]): Report => (path, message, {hint, at, offset} = {}) => {
	const {line, column} = at === 'key' ? locateKey(tree, path) : locate(tree, path, offset);
	problems.push({
		path: pathText(path), line, column, message, ...(hint !== undefined && {hint}),
	});
};

/** Reports all that the parts of the farm say against one another; a farm only where every part is there. */
function checkFarm(raw: RawFarm, report: Report): Farm | undefined {
	const nodes = checkNodes(raw.nodes, report);
	const vips = checkVips(raw.vips, raw.farm, nodes, report);
	const groups = checkGroups(raw.groups, nodes, report);
	const rules = checkRules(raw, vips, report);
	const heartbeat = checkHeartbeat(raw, nodes, report);
	const quorum = checkQuorum(raw, {nodes, vips}, report);
	const application = checkApplication(raw, raw.nodes?.length ?? 0, report);
	const {farm: name, 'key-file': keyFile, finish: finishMs, retain: retainMs, backend} = raw;
	const isWhole = areAll(nodes) && areAll(vips) && areAll(rules);
	return isWhole && heartbeat && quorum && application && name !== undefined && keyFile !== undefined && finishMs !== undefined && retainMs !== undefined && backend !== undefined
		? {
			name, keyFile, nodes, heartbeat, ...quorum, vips, rules, groups, backend, seed: raw.seed ?? deriveSeed(name), finishMs, retainMs, application,
		}
		: undefined;
}

const areAll = <T>(list: ReadonlyArray<T | undefined>): list is readonly T[] => list.every(item => item !== undefined);

function checkHeartbeat({heartbeat: raw, backend}: Pick<RawFarm, 'heartbeat' | 'backend'>, nodes: ReadonlyArray<FarmNode | undefined>, report: Report): Farm['heartbeat'] | undefined {
	const multicast = checkMulticast(raw?.multicast ?? [], nodes, report);
	if (raw?.port === undefined || raw.detection === undefined || !areAll(multicast)) {
		return undefined;
	}

	const timing = deriveTiming(raw);
	reportTiming([...timingProblems(timing), ...backend === 'iptables' ? iptablesTimingProblems(timing) : []], report);
	return {port: raw.port, timing, multicast};
}

function reportTiming(problems: readonly TimingProblem[], report: Report): void {
	for (const {key, message, hint} of problems) {
		report(['heartbeat', key], message, {hint});
	}
}
