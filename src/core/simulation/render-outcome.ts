/** A run as people read it: what happened, a line each, and what it came to. */

import {displayWidth} from '../status/display-width.js';
import {countSlots, slotsOfGroup} from '../model/slot-set.js';
import type {Happening} from './chronicle.js';
import type {Extent, Outcome, Window} from './outcome.js';
import type {World} from './world.js';

/** Milliseconds since the beginning, the node or a hyphen, what happened. */
export function renderTimeline(happenings: readonly Happening[]): string {
	const width = Math.max(1, ...happenings.map(({node}) => displayWidth(node ?? '-')));
	return happenings.map(({at, node = '-', event, text}) =>
		`${at.toFixed(2).padStart(9)}  ${node}${' '.repeat(width - displayWidth(node))}  ${event === undefined ? text : `${event}: ${text}`}\n`).join('');
}

/** Figures in virtual time, slots of the 2520 that each group has. */
export function renderSummary(outcome: Outcome): string {
	const {world, seed, windows, blackHole, overlap, split, movedSlots, needlessSlots, brokenConnections, clientsHit, healedMs} = outcome;
	const shares = world.groups.map(({name}, group) => `${world.groups.length > 1 ? `${name}: ` : ''}${sharesOf(world, group)}`).join('; ');
	const between = overlap.slots === 0 ? 'never between nodes that had a path' : `BETWEEN NODES THAT HAD A PATH ${renderExtent(overlap)}`;
	const across = split.slots === 0 ? '' : `; across a split ${renderExtent(split)}`;
	return [
		`${ms(world.agenda.now())} of ${world.nodes.length} nodes, seed ${seed}${renderStart(outcome)}`,
		...windows.map(window => `  ${renderWindow(window)}`),
		`  no acceptor:    ${renderExtent(blackHole)}`,
		`  two acceptors:  ${between}${across}`,
		`  slots moved:    ${movedSlots}, ${needlessSlots} of them needlessly`,
		`  connections:    ${brokenConnections} broken; ${clientsHit} of ${world.slotsCount} clients lost one or more`,
		`  at the end:     ${shares}; ${healedMs === undefined ? 'NOT EVERY SLOT HAS AN ACCEPTOR' : `healed ${ms(healedMs)} after the last misfortune`}`,
		'',
	].join('\n');
}

function renderStart({servesAfterMs, windows}: Outcome): string {
	if (servesAfterMs !== undefined) {
		return `; every slot had an acceptor ${ms(servesAfterMs)} after the boot`;
	}

	return windows.length > 0 ? '; not every slot had an acceptor before the first misfortune' : '';
}

const renderWindow = ({atMs, misfortunes, blackHole, healedMs}: Window): string =>
	`${ms(atMs)} ${misfortunes.join(', ')}: ${blackHole.slots === 0 ? 'no slot without an acceptor' : `${renderExtent(blackHole)}; over after ${ms(healedMs)}`}`;

const renderExtent = ({slotMs, longestMs, slots}: Extent): string =>
	slots === 0 ? 'never' : `${slots} slots, the longest ${ms(longestMs)}, together ${Math.round(slotMs)} slot-ms`;

const ms = (value: number): string => `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10} ms`;

const sharesOf = ({nodes, nameOf, measures}: World, group: number): string =>
	nodes.map(({id}) => `${nameOf(id)} ${countSlots(slotsOfGroup(measures.acceptance.of(id), group))}`).join(', ');
