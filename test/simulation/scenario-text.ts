/**
A scenario as text: settings, the words of `farmctl simulate`, limits that hold whatever the text below says, a line of hyphens, and what then happens.

	# what it shows, and which rule
	nodes 3
	kill web2@3s
	limit gap 310ms
	----
	events since the first misfortune, and the summary

Settings: nodes, seed, duration, detection, quorum, keep-at-least, drift. Limits: gap, the longest that a slot may be without an acceptor; slots, how many may be
without one at some time; needless, slots that move needlessly; broken, connections that break. All are zero where it does not say, but for gap.
*/

import {parseDuration} from '../../src/core/config/duration.js';
import type {Outcome} from '../../src/core/simulation/outcome.js';
import {renderSummary, renderTimeline} from '../../src/core/simulation/render-outcome.js';
import {wordNames, type WordName} from '../../src/core/simulation/words.js';
import {simulationOf, type SimulatedQuorum} from '../../src/cli/simulate.js';

const separator = '----\n';

export type ScenarioText = {
	/** All above the line of hyphens, with it. */
	readonly head: string;
	readonly expected: string;
};

export function splitText(text: string): ScenarioText {
	const index = text.indexOf(separator);
	const end = index === -1 ? text.length : index;
	return {head: `${text.slice(0, end)}${separator}`, expected: text.slice(end + separator.length)};
}

/** Rejects when the text is no scenario. */
export async function runText(head: string): Promise<Outcome> {
	const lines = head.split('\n').map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#') && line !== separator.trim());
	const settings = new Map<string, string>();
	const words = Object.fromEntries(wordNames.map(name => [name, [] as string[]])) as Record<WordName, string[]>;
	const told = lines.filter(line => !line.startsWith('limit '));
	for (const line of told) {
		const [name = '', ...rest] = line.split(' ');
		if (wordNames.includes(name as WordName)) {
			words[name as WordName].push(rest.join(' '));
		} else if (['nodes', 'seed', 'duration', 'detection', 'quorum', 'keep-at-least', 'drift'].includes(name)) {
			settings.set(name, rest.join(' '));
		} else {
			throw new Error(`'${line}' is no line of a scenario`);
		}
	}

	const nodes = settings.get('nodes');
	const simulation = await simulationOf({
		nodes: nodes === undefined ? undefined : Number(nodes),
		config: undefined,
		script: undefined,
		duration: settings.get('duration'),
		detection: settings.get('detection'),
		quorum: settings.get('quorum') as SimulatedQuorum | undefined,
		keepAtLeast: settings.has('keep-at-least') ? Number(settings.get('keep-at-least')) : undefined,
		drift: settings.get('drift') ?? '1%',
		storm: false,
		seeds: undefined,
		words,
	});
	return simulation.run(Number(settings.get('seed') ?? 1));
}

/** What happened since the first misfortune, or all of it where there is none after the boot. */
export function renderText(outcome: Outcome): string {
	const begin = outcome.windows[0]?.atMs ?? 0;
	return renderTimeline(outcome.world.happenings.filter(({at}) => at >= begin)) + renderSummary(outcome);
}

const limitNames = ['gap', 'slots', 'needless', 'broken'] as const;

/** What is beyond the limits of the text; two acceptors always are. */
export function excesses(head: string, {overlap, blackHole, needlessSlots, brokenConnections}: Outcome): string[] {
	const limits = new Map(head.split('\n').filter(line => line.startsWith('limit ')).map(line => line.split(' ').slice(1) as [string, string]));
	const values = {gap: blackHole.longestMs, slots: blackHole.slots, needless: needlessSlots, broken: brokenConnections};
	return [
		...(overlap.slots === 0 ? [] : ['two acceptors']),
		...[...limits.keys()].filter(name => !limitNames.includes(name as keyof typeof values)).map(name => `limit ${name} is none`),
		...limitNames.filter(name => values[name] > limitOf(limits.get(name), name)).map(name => `${name}: ${values[name]}`),
	];
}

const limitOf = (text: string | undefined, name: string): number => text === undefined ? (name === 'gap' ? Infinity : 0) : parseDuration(text) ?? Number(text);
