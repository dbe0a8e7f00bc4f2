/** What `farmctl explain` does: asks the daemon, or computes from the configuration. */

import {distribute, type DistributionReport} from '../../core/explain/distribution.js';
import {explain} from '../../core/explain/explain.js';
import type {Explanation} from '../../core/explain/explanation.js';
import {assumed, type Knowledge} from '../../core/explain/knowledge.js';
import {parseEndpoint, type Endpoint} from '../../core/explain/question.js';
import {loadFarm} from '../../edge/config/load.js';
import {UsageFailure} from '../../errors.js';
import {readClients} from './read-clients.js';

export type ExplainOptions = {
	readonly config: string;
	readonly runDir: string;
	/** Asks no daemon. */
	readonly isOffline: boolean;
	/** Who is taken to serve; asks no daemon. */
	readonly alive: readonly string[] | undefined;
};

/** Rejects with a UsageFailure when a word is no address, and with what the daemon or the configuration has to say. */
export async function explainClient(client: string, vip: string | undefined, options: ExplainOptions): Promise<Explanation> {
	const question = {client: endpointOf(client, 'CLIENT'), ...vip !== undefined && {vip: endpointOf(vip, 'VIP')}};
	return explain(question, await knowledgeFromFile(options));
}

/** The same for a list of clients in a file; `-` is standard input. Rejects with a UsageFailure that tells every line that is no client. */
export async function explainClients(file: string, vip: string | undefined, options: ExplainOptions): Promise<DistributionReport> {
	const endpoint = vip === undefined ? undefined : endpointOf(vip, 'VIP');
	const clients = await readClients(file);
	return distribute(clients, endpoint, await knowledgeFromFile(options));
}

function endpointOf(text: string, what: 'CLIENT' | 'VIP'): Endpoint {
	const endpoint = parseEndpoint(text);
	if (endpoint === undefined) {
		throw new UsageFailure(`'${text}' is no ${what}`, {hint: `${what} is ADDRESS or ADDRESS:PORT; IPv6 with a port in brackets: [2001:db8::7]:443`});
	}

	return endpoint;
}

async function knowledgeFromFile({config, alive}: ExplainOptions): Promise<Knowledge> {
	const {farm} = await loadFarm(config);
	const knowledge = assumed(farm, alive ?? farm.nodes.map(({name}) => name));
	if ('unknown' in knowledge) {
		throw new UsageFailure(`farm '${farm.name}' has no node '${knowledge.unknown.join('\', \'')}'`, {hint: `its nodes: ${farm.nodes.map(({name}) => name).join(', ')}`});
	}

	return knowledge;
}
