import {boolean, integer, option, string} from '@oclif/core/flags';
import {FarmCommand, jsonFlag} from '../src/cli/farm-command.js';
import {nodesCountDefault, nodesCountMax, replayCommand, seedsMax, simulatedQuorums, simulationOf, type Simulation} from '../src/cli/simulate.js';
import {detectionDefaultMs} from '../src/core/config/timing.js';
import {noApplication} from '../src/core/model/application.js';
import {documentOf, documentOfMany} from '../src/core/simulation/document.js';
import {createMany, type Many} from '../src/core/simulation/many.js';
import {renderMany} from '../src/core/simulation/render-many.js';
import {renderSummary, renderTimeline} from '../src/core/simulation/render-outcome.js';
import {wordNames, words, type WordName} from '../src/core/simulation/words.js';
import {exitCodes} from '../src/errors.js';

const wordFlag = (name: WordName) => string({
	helpValue: words[name].usage, multiple: true, multipleNonGreedy: true, description: words[name].description, helpGroup: 'SCENARIO',
});

export default class Simulate extends FarmCommand {
	static override summary = 'try a farm in virtual time, with the daemon\'s own core and a model of the network and of the kernel';
	static override description = `Tells what happens, for how long slots have no acceptor or two, how many move, and how many connections break.
Takes the nodes of a configuration only when --config is given.
Exit status: 0 never two acceptors between nodes that have a path, and every slot has one in the end; 1 otherwise.`;

	static override examples = [
		'<%= config.bin %> simulate --kill web2@3s --loss 10%',
		'<%= config.bin %> simulate --nodes 5 --partition "web1|web2,web3@3s:2s" --quiet',
		'<%= config.bin %> simulate --config farm.yaml --detection 100ms --pause web1@3s:800ms',
		'<%= config.bin %> simulate --seeds 1000',
	];

	static override flags = {
		...jsonFlag,
		nodes: integer({
			min: 1, max: nodesCountMax, helpValue: 'N', description: `how many nodes, web1 to webN (default: ${nodesCountDefault}; in storms 2 to 5, by the seed)`,
		}),
		seed: integer({min: 0, default: 1, helpValue: 'N', description: 'decides all that chance decides; the first of --seeds'}),
		seeds: integer({min: 1, max: seedsMax, helpValue: 'N', description: 'runs so many seeds and tells which fail and which are the worst'}),
		storm: boolean({description: 'all kinds of misfortune by chance, then everything is mended; what --seeds does when no misfortune is named'}),
		script: string({helpValue: 'FILE', description: 'a scenario, the words below one a line'}),
		duration: string({helpValue: 'TIME', description: 'how long it runs (default: until a while after the last misfortune)'}),
		detection: string({helpValue: 'TIME', description: `after which silence a node is dead (default: ${detectionDefaultMs}ms, or as configured)`}),
		quorum: option({options: simulatedQuorums})({description: 'whom a node must hear so that it serves (default: none, or as configured)'}),
		'keep-at-least': integer({min: 0, max: nodesCountMax, helpValue: 'N', description: `so many nodes serve on although their applications are unwell (default: ${noApplication.keepAtLeast}, or as configured)`}),
		drift: string({helpValue: 'PERCENT', default: '1%', description: 'how far apart the clocks may run'}),
		quiet: boolean({char: 'q', description: 'without the events, the summary alone'}),
		...Object.fromEntries(wordNames.map(name => [name, wordFlag(name)])) as Record<WordName, ReturnType<typeof wordFlag>>,
	};

	async run(): Promise<void> {
		const {flags, raw} = await this.parse(Simulate);
		// Not the default, nor the environment: a replay names all that it depends on.
		const isConfigNamed = raw.some(token => token.type === 'flag' && token.flag === 'config');
		const simulation = await simulationOf({
			nodes: flags.nodes, config: isConfigNamed ? flags.config : undefined, script: flags.script, duration: flags.duration, detection: flags.detection, quorum: flags.quorum,
			keepAtLeast: flags['keep-at-least'], drift: flags.drift,
			storm: flags.storm, seeds: flags.seeds, words: flags,
		});
		const isWell = flags.seeds === undefined
			? this.#runOne(simulation, flags)
			: this.#runMany(simulation, {...flags, seeds: flags.seeds});
		this.end(isWell ? exitCodes.ok : exitCodes.no);
	}

	#runOne(simulation: Simulation, {seed, json, quiet}: {readonly seed: number; readonly json: boolean; readonly quiet: boolean}): boolean {
		const outcome = simulation.run(seed);
		if (json) {
			this.printJson(documentOf(outcome, {isQuiet: quiet}));
		} else {
			this.print(`${quiet ? '' : renderTimeline(outcome.world.happenings)}${renderSummary(outcome)}`);
		}

		return outcome.isWell;
	}

	#runMany(simulation: Simulation, {seed: firstSeed, seeds: count, json}: {readonly seed: number; readonly seeds: number; readonly json: boolean}): boolean {
		const many: Many = createMany();
		const commandOf = (seed: number): string => replayCommand(this.argv, seed, simulation);
		for (let seed = firstSeed; seed < firstSeed + count; seed++) {
			many.add(simulation.run(seed));
		}

		if (json) {
			this.printJson(documentOfMany(many, {firstSeed, count, commandOf}));
		} else {
			this.print(renderMany(many, {firstSeed, count, commandOf}));
		}

		return many.failed().length === 0;
	}
}
