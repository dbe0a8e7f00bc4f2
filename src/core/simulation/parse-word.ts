/** The text of a word as what befalls the farm, or everything that is wrong with it. */

import {quote} from '../config/problem.js';
import {suggest} from '../config/suggest.js';
import {weightMax} from '../model/group.js';
import {
	complain,
	readDuration,
	readNodes,
	readPercent,
	usageHint,
	type Reading,
} from './parse-part.js';
import {readCut, readOneWay, readPartition} from './parse-links.js';
import type {Action, Misfortune, Scenario, WordProblem, WrittenWord} from './scenario.js';
import {words, type WordShape} from './words.js';

/** What names in words are looked up in. */
export type ScenarioFarm = Pick<Scenario, 'nodes' | 'groups'>;

/** What the word says of such a farm, or its problems, at least one. */
export function parseWord(word: WrittenWord, {nodes, groups}: ScenarioFarm): Misfortune | readonly WordProblem[] {
	const reading: Reading = {word, nodes, groups: groups.map(({name}) => name), problems: []};
	const at = word.argument.lastIndexOf('@');
	const target = at === -1 ? word.argument : word.argument.slice(0, at);
	const when = at === -1 ? absentWhen(reading) : readWhen(reading, word.argument.slice(at + 1), at + 1);
	const action = readAction(reading, target);
	return reading.problems.length > 0 ? reading.problems : {...action, ...when, text: `${word.name} ${target.trim()}`};
}

type When = Pick<Misfortune, 'atMs' | 'lastsMs'>;

const shapeOf = ({name}: WrittenWord): WordShape => words[name];

function absentWhen(reading: Reading): When {
	const {word} = reading;
	if (shapeOf(word).needsTime) {
		complain(reading, word.argument.length, 'the time is missing', usageHint(word));
	}

	return {atMs: 0, lastsMs: undefined};
}

function readWhen(reading: Reading, text: string, index: number): When {
	const {word} = reading;
	const {length} = shapeOf(word);
	const colon = text.indexOf(':');
	const atMs = readDuration(reading, colon === -1 ? text : text.slice(0, colon), index);
	if (colon === -1) {
		if (length === 'needed') {
			complain(reading, word.argument.length, 'how long it lasts is missing', usageHint(word));
		}

		return {atMs, lastsMs: undefined};
	}

	if (length === 'none') {
		complain(reading, index + colon, `${quote(word.name)} happens at one instant and takes no length`, usageHint(word));
		return {atMs, lastsMs: undefined};
	}

	return {atMs, lastsMs: readDuration(reading, text.slice(colon + 1), index + colon + 1)};
}

function readAction(reading: Reading, target: string): Action {
	const kind = reading.word.name;
	switch (kind) {
		case 'weight': {
			return readWeight(reading, target);
		}

		case 'partition': {
			return {kind, links: readPartition(reading, target)};
		}

		case 'cut': {
			return {kind, links: readCut(reading, target)};
		}

		case 'one-way': {
			return {kind, links: readOneWay(reading, target)};
		}

		case 'loss':
		case 'duplicate': {
			return {kind, fraction: readPercent(reading, target)};
		}

		case 'delay':
		case 'jitter': {
			return {kind, ms: readDuration(reading, target, 0)};
		}

		case 'kill':
		case 'kill-daemon':
		case 'reboot':
		case 'reset':
		case 'restart':
		case 'pause':
		case 'stop':
		case 'drain':
		case 'start':
		case 'differ':
		case 'hinder':
		case 'unwell':
		case 'well':
		case 'kill-app': {
			return {kind, nodes: readNodes(reading, target, 0)};
		}

		default: {
			return kind satisfies never;
		}
	}
}

function readWeight(reading: Reading, text: string): Action {
	const equals = text.lastIndexOf('=');
	if (equals === -1) {
		complain(reading, text.length, 'the weight is missing', usageHint(reading.word));
		return {kind: 'weight', nodes: [], weight: 0, group: 0};
	}

	const target = text.slice(0, equals);
	const slash = target.indexOf('/');
	const nodes = readNodes(reading, slash === -1 ? target : target.slice(0, slash), 0);
	const group = slash === -1 ? 0 : readGroup(reading, target.slice(slash + 1), slash + 1);
	const digits = text.slice(equals + 1).trim();
	if (!/^\d{1,4}$/u.test(digits) || Number(digits) > weightMax) {
		complain(reading, equals + 1, `${quote(digits)} is no weight`, `write a whole number from 0 to ${weightMax}`);
	}

	return {kind: 'weight', nodes, weight: Number(digits), group};
}

function readGroup(reading: Reading, text: string, index: number): number {
	const name = text.trim();
	const group = reading.groups.indexOf(name);
	if (group === -1) {
		const close = suggest(name, reading.groups);
		complain(reading, index, `there is no group ${quote(name)}`, close === undefined ? `the groups: ${reading.groups.join(', ')}` : `did you mean '${close}'?`);
	}

	return Math.max(0, group);
}
