/** The flags of `farmctl simulate` as a scenario, and its runs as what is printed. */

import {finishDefault, retainDefault} from '../core/config/keys.js';
import {durationExpected, parseDuration} from '../core/config/duration.js';
import {deriveTiming, detectionDefaultMs, detectionMaxMs, detectionMinMs, timingProblems} from '../core/config/timing.js';
import {noApplication} from '../core/model/application.js';
import type {Timing} from '../core/model/farm.js';
import {defaultGroupName, weightsOf} from '../core/model/group.js';
import {outcomeOfStorm, type Outcome} from '../core/simulation/outcome.js';
import {parsePercent} from '../core/simulation/parse-part.js';
import {play} from '../core/simulation/play.js';
import {usualDurationMs, type Scenario, type WordProblem, type WrittenWord} from '../core/simulation/scenario.js';
import {parseWords, readScript, renderWordProblems} from '../core/simulation/script.js';
import {runStorm, stormNodesCount} from '../core/simulation/storm.js';
import {wordNames, type WordName} from '../core/simulation/words.js';
import type {WorldNode} from '../core/simulation/world.js';
import {loadFarm, readText} from '../edge/config/load.js';
import {UsageFailure} from '../errors.js';

export const nodesCountDefault = 3;

export const seedsMax = 1_000_000;
const durationMsMax = 24 * 3_600_000;
const driftMax = 0.1;

/** A witness is outside of the model: one that never answers leaves the majority. */
export const simulatedQuorums = ['none', 'majority'] as const;
export type SimulatedQuorum = typeof simulatedQuorums[number];

export type SimulateFlags = {
	readonly nodes: number | undefined;
	readonly config: string | undefined;
	readonly script: string | undefined;
	readonly duration: string | undefined;
	readonly detection: string | undefined;
	readonly quorum: SimulatedQuorum | undefined;
	readonly keepAtLeast: number | undefined;
	readonly drift: string;
	readonly storm: boolean;
	readonly seeds: number | undefined;
	readonly words: Readonly<Record<WordName, readonly string[] | undefined>>;
};

/** How to run one seed. */
export type Simulation = {
	readonly run: (seed: number) => Outcome;
	readonly isStorm: boolean;
};

type SimulatedFarm = Pick<Scenario, 'nodes' | 'groups' | 'timing' | 'quorum' | 'keepAtLeast' | 'finishMs' | 'retainMs'>;

/** Rejects with a UsageFailure that tells everything that is wrong with the scenario, or with what is wrong with a file. */
export async function simulationOf(flags: SimulateFlags): Promise<Simulation> {
	const farm = await farmOf(flags);
	const read = await readWords(flags);
	const durationMs = flags.duration === undefined ? undefined : durationOf('--duration', flags.duration, 1, durationMsMax);
	const isStorm = flags.storm || (flags.seeds !== undefined && read.length === 0);
	if (isStorm) {
		refuseWords(read);
		const shape = {
			...((flags.detection !== undefined || flags.config !== undefined) && {timing: farm.timing}),
			...((flags.quorum !== undefined || flags.config !== undefined) && {quorum: farm.quorum}),
			...(flags.keepAtLeast !== undefined && {keepAtLeast: flags.keepAtLeast}),
			...(durationMs !== undefined && {stormMs: durationMs}),
			...(flags.config !== undefined && {groups: farm.groups}),
		};
		const areNodesGiven = flags.nodes !== undefined || flags.config !== undefined;
		const nodesOf = (seed: number): readonly WorldNode[] => areNodesGiven ? farm.nodes : numberedNodes(stormNodesCount(seed));
		return {isStorm, run: seed => outcomeOfStorm(runStorm(seed, undefined, {...shape, nodes: nodesOf(seed)}))};
	}

	const misfortunes = parseWords(read, farm);
	if ('problems' in misfortunes) {
		return fail(misfortunes.problems);
	}

	const scenario = {...farm, misfortunes, driftFraction: driftOf(flags.drift), durationMs: durationMs ?? usualDurationMs(misfortunes, farm.timing)};
	return {isStorm, run: seed => play(scenario, seed)};
}

async function farmOf({nodes, config, detection, quorum, keepAtLeast}: SimulateFlags): Promise<SimulatedFarm> {
	if (nodes !== undefined && config !== undefined) {
		throw new UsageFailure('--nodes and --config both say which nodes there are', {hint: 'leave one of them out'});
	}

	const timing = detection === undefined ? undefined : timingOf(durationOf('--detection', detection, detectionMinMs, detectionMaxMs));
	if (config === undefined) {
		return {
			nodes: numberedNodes(nodes ?? nodesCountDefault),
			groups: [{name: defaultGroupName, order: []}],
			timing: timing ?? deriveTiming({detection: detectionDefaultMs}),
			quorum: quorum ?? 'none',
			keepAtLeast: keepAtLeast ?? noApplication.keepAtLeast,
			finishMs: parseDuration(finishDefault)!,
			retainMs: parseDuration(retainDefault)!,
		};
	}

	const {farm} = await loadFarm(config);
	return {
		nodes: farm.nodes.map(({id, name}) => ({id, name, weights: weightsOf(farm.groups, id)})),
		groups: farm.groups.map(({name, order}) => ({name, order})),
		timing: timing ?? farm.heartbeat.timing,
		quorum: quorum ?? (farm.quorum === 'none' ? 'none' : 'majority'),
		keepAtLeast: keepAtLeast ?? farm.application.keepAtLeast,
		finishMs: farm.finishMs,
		retainMs: farm.retainMs,
	};
}

const numberedNodes = (count: number): WorldNode[] => Array.from({length: count}, (_, index) => ({id: index + 1, name: `web${index + 1}`, weights: [1]}));

function timingOf(detectionMs: number): Timing {
	const timing = deriveTiming({detection: detectionMs});
	const [problem] = timingProblems(timing);
	if (problem !== undefined) {
		throw new UsageFailure(problem.message, {hint: problem.hint});
	}

	return timing;
}

function durationOf(flag: string, text: string, minMs: number, maxMs: number): number {
	const ms = parseDuration(text);
	if (ms === undefined || ms < minMs || ms > maxMs) {
		throw new UsageFailure(`'${text}' is no time for ${flag}`, {hint: `write ${durationExpected}, from ${minMs}ms to ${maxMs / 1000}s`});
	}

	return ms;
}

function driftOf(text: string): number {
	const fraction = parsePercent(text);
	if (fraction === undefined || fraction > driftMax) {
		throw new UsageFailure(`'${text}' is no drift for --drift`, {hint: `write a number from 0 to ${driftMax * 100} and %, such as 1%`});
	}

	return fraction;
}

/** The script's words, then those of the command line. */
async function readWords({script, words}: SimulateFlags): Promise<ReadonlyArray<WrittenWord | WordProblem>> {
	const written = script === undefined ? [] : readScript(await readText(script), script);
	const given = wordNames.flatMap(name => (words[name] ?? []).map(argument => ({
		name, writtenAs: `--${name}`, argument, where: 'command line', line: `--${name} ${argument}`, column: name.length + 4,
	})));
	return [...written, ...given];
}

function refuseWords(read: ReadonlyArray<WrittenWord | WordProblem>): void {
	const [first] = read;
	if (first !== undefined) {
		throw new UsageFailure(`--storm chooses what happens by itself, and '${first.line.trim()}' is named`, {hint: 'leave one of them out'});
	}
}

function fail(problems: readonly WordProblem[]): never {
	const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
	throw new UsageFailure(`${count} in the scenario\n${renderWordProblems(problems)}`, {hint: 'farmctl simulate --help shows how each word is written'});
}

/** What to type to see one seed again: the same flags, without those that choose seeds and the form of the output. */
export function replayCommand(argv: readonly string[], seed: number, {isStorm}: {readonly isStorm: boolean}): string {
	const kept: string[] = [];
	for (let index = 0; index < argv.length; index++) {
		const word = argv[index]!;
		if (word === '--seed' || word === '--seeds') {
			index++;
		} else if (!/^--(?:seeds?=|json$|quiet$|storm$)/u.test(word)) {
			kept.push(word);
		}
	}

	return ['farmctl', 'simulate', ...kept.map(word => shellWord(word)), ...(isStorm ? ['--storm'] : []), '--seed', String(seed)].join(' ');
}

const shellWord = (word: string): string => /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll('\'', String.raw`'\''`)}'`;

export {nodeIdMax as nodesCountMax} from '../core/protocol/heartbeat.js';
