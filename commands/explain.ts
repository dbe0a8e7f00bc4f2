/** `farmctl explain`: who serves a client, and why. */

import {Args} from '@oclif/core';
import {boolean, string} from '@oclif/core/flags';
import {explainClient, explainClients, type ExplainOptions} from '../src/cli/explain/explain.js';
import {farmFlags, FarmCommand, jsonFlag} from '../src/cli/farm-command.js';
import {renderDistribution} from '../src/core/explain/render-distribution.js';
import {renderExplanation} from '../src/core/explain/render.js';
import {explainSchema} from '../src/core/explain/schema.js';
import {exitCodes, UsageFailure} from '../src/errors.js';

export default class Explain extends FarmCommand {
	static override summary = 'say which node serves a client, and why';
	static override description = `The rule, the hash, the slot, its owner, since when and why, who takes it next, and who still serves connections of it.
Asks the daemon of this node; where none runs, computes from the configuration as if all its nodes served. Exit status: 0 told, 1 nobody serves the client.`;

	static override examples = [
		'<%= config.bin %> explain 198.51.100.7',
		'<%= config.bin %> explain 198.51.100.7:50123 192.0.2.100:443',
		'<%= config.bin %> explain "[2001:db8:1::7]:50123" "[2001:db8::100]:443"',
		'<%= config.bin %> explain --alive web1 --alive web3 198.51.100.7',
		'cut -d" " -f1 access.log | <%= config.bin %> explain --clients -',
	];

	static override baseFlags = {
		...farmFlags,
		// Never from the environment: that says who this node is, not whom to ask.
		node: string({helpValue: 'NAME', description: 'the node that tells what it sees (default: the one whose daemon is asked)', helpGroup: 'GLOBAL'}),
	};

	static override args = {
		client: Args.string({ignoreStdin: true, description: 'CLIENT or CLIENT:PORT; with --clients the VIP'}),
		vip: Args.string({ignoreStdin: true, description: 'VIP or VIP:PORT (default: every VIP of the client\'s family)'}),
	};

	static override flags = {
		...jsonFlag,
		schema: boolean({description: 'print the JSON Schema of --json instead'}),
		clients: string({helpValue: 'FILE', description: 'how the clients of a list fall on the nodes: addresses one a line, - for standard input'}),
		offline: boolean({description: 'ask no daemon: compute from the configuration'}),
		alive: string({helpValue: 'NODE', multiple: true, description: 'a node that is taken to serve, for each one; asks no daemon (default: all)'}),
	};

	async run(): Promise<void> {
		const {flags, args: {client, vip}} = await this.parse(Explain);
		if (flags.schema) {
			this.printJson(explainSchema);
			return;
		}

		const options: ExplainOptions = {config: flags.config, runDir: flags['run-dir'], node: flags.node, isOffline: flags.offline, alive: flags.alive};
		if (flags.clients !== undefined) {
			if (vip !== undefined) {
				throw new UsageFailure('with --clients there is no single client', {hint: 'farmctl explain --clients FILE [VIP[:PORT]]'});
			}

			const report = await explainClients(flags.clients, client, options);
			this.#tell(report, flags.json, () => renderDistribution(report));
			return;
		}

		if (client === undefined) {
			throw new UsageFailure('which client?', {hint: 'farmctl explain CLIENT[:PORT] [VIP[:PORT]], or a list of them: farmctl explain --clients FILE'});
		}

		const explanation = await explainClient(client, vip, options);
		this.#tell(explanation, flags.json, () => renderExplanation(explanation));
		const isServed = explanation.answers.some(answer => 'found' in answer ? answer.found.owner !== null : answer.anyPort.some(({node}) => node !== null));
		this.end(isServed ? exitCodes.ok : exitCodes.no);
	}

	#tell(document: unknown, isJson: boolean, render: () => string): void {
		if (isJson) {
			this.printJson(document);
		} else {
			this.print(render());
		}
	}
}
