/** Which nodes a verb is about: those that are named, all, or the one whose daemon is asked. */

import {suggest} from '../../core/config/suggest.js';
import type {Status} from '../../core/status/status.js';
import {DaemonFailure, UsageFailure} from '../../errors.js';

export type Named = {readonly names: readonly string[]; readonly isAll: boolean};

/** Names of nodes of the farm, each once. Throws a UsageFailure for one that there is not. */
export function targetsOf({names, isAll}: Named, {nodes, node: self}: Status): readonly string[] {
	const known = nodes.map(({name}) => name);
	if (isAll) {
		if (names.length > 0) {
			throw new UsageFailure('--all is every node, and names are some of them', {hint: 'leave one of both'});
		}

		return known;
	}

	const unknown = names.find(name => !known.includes(name));
	if (unknown !== undefined) {
		const close = suggest(unknown, known);
		throw new UsageFailure(`there is no node '${unknown}' in this farm`, {hint: close === undefined ? `its nodes are ${known.join(', ')}` : `did you mean '${close}'?`});
	}

	return names.length === 0 ? [self] : [...new Set(names)];
}

/** Throws a DaemonFailure when nobody would serve without these, before the first of them is told anything. Each of them judges it for itself again. */
export function refuseAll(targets: readonly string[], {nodes}: Status): void {
	const serving = nodes.filter(({state, slots}) => state === 'UP' && slots > 0).map(({name}) => name);
	if (serving.length > 0 && serving.every(name => targets.includes(name))) {
		throw new DaemonFailure(`no other node serves than ${serving.join(', ')}: clients would find nobody; nothing was changed`, {
			hint: 'leave one that serves, or do it all the same: --force',
		});
	}
}
