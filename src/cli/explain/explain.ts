/** What `farmctl explain` does: asks the daemon, or computes from the configuration. */

import {existsSync} from 'node:fs';
import {distribute, type DistributionReport} from '../../core/explain/distribution.js';
import {explain} from '../../core/explain/explain.js';
import type {Explanation} from '../../core/explain/explanation.js';
import {assumed, type Knowledge} from '../../core/explain/knowledge.js';
import {parseEndpoint, type Endpoint} from '../../core/explain/question.js';
import type {Told} from '../../daemon/explaining.js';
import {loadFarm} from '../../edge/config/load.js';
import {request} from '../../edge/control/client.js';
import type {ControlRequest} from '../../edge/control/protocol.js';
import {SystemFailure, UsageFailure} from '../../errors.js';
import {askNode} from '../node/ask-node.js';
import {readStatus} from '../status/read-status.js';
import {readClients} from './read-clients.js';

/** A server with very many connections takes a while to look through them. */
export const explainTimeoutMs = 20_000;

export type ExplainOptions = {
	readonly config: string;
	readonly runDir: string;
	/** Whose daemon tells; undefined for that of this node. */
	readonly node: string | undefined;
	/** Asks no daemon. */
	readonly isOffline: boolean;
	/** Who is taken to serve; asks no daemon. */
	readonly alive: readonly string[] | undefined;
};

/** Rejects with a UsageFailure when a word is no address, and with what the daemon or the configuration has to say. */
export async function explainClient(client: string, vip: string | undefined, options: ExplainOptions): Promise<Explanation> {
	const question = {client: endpointOf(client, 'CLIENT'), ...vip !== undefined && {vip: endpointOf(vip, 'VIP')}};
	const live = await askDaemon({
		verb: 'explain', client: question.client.address, clientPort: question.client.port, vip: question.vip?.address, vipPort: question.vip?.port,
	}, options);
	return live === undefined ? explain(question, await knowledgeFromFile(options)) : live as Explanation;
}

/** The same for a list of clients in a file; `-` is standard input. Rejects with a UsageFailure that tells every line that is no client. */
export async function explainClients(file: string, vip: string | undefined, options: ExplainOptions): Promise<DistributionReport> {
	const endpoint = vip === undefined ? undefined : endpointOf(vip, 'VIP');
	const clients = await readClients(file);
	const live = await askDaemon({verb: 'owners'}, options) as Told | undefined;
	return live === undefined
		? distribute(clients, endpoint, await knowledgeFromFile(options))
		: {...distribute(clients, endpoint, live), node: live.node, at: live.at};
}

/** What the daemon answers; undefined where none runs or none shall be asked. */
async function askDaemon(question: ControlRequest, {config, runDir, node, isOffline, alive}: ExplainOptions): Promise<unknown> {
	if (isOffline || alive !== undefined) {
		return undefined;
	}

	try {
		const self = node === undefined ? undefined : (await readStatus(runDir)).node;
		return await (self === undefined || node === self ? request(runDir, question, {timeoutMs: explainTimeoutMs}) : askNode({runDir, self}, node!, question));
	} catch (error) {
		// Only what this node's own daemon would have told can be told without it.
		if (node === undefined && error instanceof SystemFailure && isNobody(error.cause)) {
			if (!existsSync(config)) {
				throw new SystemFailure(error.message, {
					cause: error, hint: `start it: farmctl run; without one explain computes from a configuration, and there is no '${config}': name one with --config FILE`,
				});
			}

			return undefined;
		}

		throw error;
	}
}

/** No socket there, or nobody behind it. */
const isNobody = (cause: unknown): boolean => ['ENOENT', 'ECONNREFUSED'].includes((cause as NodeJS.ErrnoException | undefined)?.code ?? '');

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
