/** What a plan and a change that was made look like to people. */

import type {ApplyAnswer, PlanAnswer, Version} from '../control/change-orders.js';
import {slotsCount} from '../model/slot-set.js';
import {formatDuration, formatShare} from '../status/format.js';
import {renderDifference} from './differences.js';

/** Lines: what changes, what moves, what clients notice, what stands in the way. */
export function renderPlan({differences, prediction, refusals, away}: PlanAnswer): string {
	if (differences.length === 0) {
		return ['nothing to do: this is the configuration that the node follows', ...away].join('\n');
	}

	const {needsMiddle, slotsMoved, shares, effects, disruption} = prediction;
	const moving = slotsMoved.map(({group, slots}) => `${slots} of ${slotsCount}${slotsMoved.length > 1 ? ` of group ${group}` : ''}`).join(', ');
	const part = (share: number | undefined): string => share === undefined ? '-' : formatShare(share);
	const shifting = shares.filter(({before, after}) => before !== after);
	return [
		...differences.map(difference => renderDifference(difference)),
		'',
		`slots that change hands: ${moving}`,
		...shifting.map(({group, node, before, after}) => `  ${node}${slotsMoved.length > 1 ? ` in ${group}` : ''}: ${part(before)} -> ${part(after)}`),
		...effects.length === 0 ? ['clients notice nothing'] : ['what clients notice:', ...effects.map(({what, part: share, text}) => `  ${what}, ${formatShare(share)} of its clients: ${text}`)],
		...serviceLines(differences),
		...needsMiddle ? ['by way of a middle: new connections of what is dealt anew wait until every node has left the old rules, a moment'] : [],
		`largest part of a rule's clients that is touched: ${formatShare(disruption)}`,
		...refusals.map(refusal => `not while the daemon runs: ${refusal}`),
		...away,
	].join('\n');
}

/** A node does so out of the farm, as `core/application/configure.ts` has it. */
function serviceLines(differences: PlanAnswer['differences']): string[] {
	const names = differences.filter(({what}) => what.startsWith('service ') && !what.endsWith('-timeout')).map(({what}) => what.split(' ', 2)[1]!);
	return names.length === 0 ? [] : [`services that each node stops or starts, after it has handed its share over where others serve: ${[...new Set(names)].join(', ')}`];
}

/** What `apply` says when all is done. */
export function renderApplied({nodes, away, added, confirmMs, warnings}: ApplyAnswer): string {
	return [
		`${nodes.join(', ')} ${nodes.length === 1 ? 'follows' : 'follow'} the configuration`,
		...confirmMs === undefined ? [] : [`goes back after ${formatDuration(confirmMs)} unless it is confirmed: farmctl config confirm`],
		...away.map(name => `${name} was not heard and follows the old one; once it is heard, repeat: farmctl apply FILE`),
		...added.map(name => `${name} is new: copy the configuration and the key there, then: farmctl run`),
		...warnings.map(warning => `warning: ${warning}`),
	].join('\n');
}

/** A line a version, the newest first; the one that stands in the file is marked. */
export const renderHistory = (versions: readonly Version[], current: string): string => versions.length === 0
	? 'no configuration has been applied on this node yet'
	: versions.toReversed().map(({version, at, who, fingerprint, text}) => `${text === current ? '*' : ' '} ${String(version).padStart(3)}  ${at}  ${fingerprint}  ${who}`).join('\n');
