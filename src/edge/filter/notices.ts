/**
What the kernel tells of other people's transactions in nf_tables, boiled down to what concerns one farm: one notice a transaction.

Our own are passed over by the port of the socket that made them, without being decoded: the lease is written many times a second. This socket asks
nothing and is no one else's, so that a flood of notices never stands before a verdict.

A transaction with hundreds of elements takes the kernel three times as long where somebody listens, for it makes a notice of each. So this socket does not listen while
such a one of ours is made, and compares the number of the ruleset's generation before and after: if it is not one higher, somebody else was at work too.
*/

import {isLiveSet} from '../../core/ruleset/names.js';
import {KernelFailure} from '../../errors.js';
import {attributeMap, decodeText, findAttribute} from '../netlink/attribute.js';
import {processText} from '../netlink/author.js';
import {NetlinkConnection, protocols} from '../netlink/connection.js';
import type {NetlinkMessage} from '../netlink/message.js';
import type {FilterNotice} from './port.js';
import {elementListAttributes, familyFrom, generationAttributes, headerBytes, messages, nftRequest, noticesGroup} from './wire.js';

/** A notice names so many things; of more it says only that there are. */
const namedMax = 4;

/** In the notices of every kind of object, NFTA_TABLE_NAME and its kin. */
const tableAttribute = 1;

/** In those of tables there is none; in rules the chain, in elements the set, else the object's own name. */
const nameAttributes: Readonly<Record<string, number>> = {chain: 3, rule: 2, set: 2, element: 2, counter: 2};

const kinds: ReadonlyMap<number, readonly [noun: string, verb: 'added' | 'deleted']> = new Map([
	[messages.newTable, ['table', 'added']], [messages.deleteTable, ['table', 'deleted']],
	[messages.newChain, ['chain', 'added']], [messages.deleteChain, ['chain', 'deleted']],
	[messages.newRule, ['rule', 'added']], [messages.deleteRule, ['rule', 'deleted']],
	[messages.newSet, ['set', 'added']], [messages.deleteSet, ['set', 'deleted']],
	[messages.newElement, ['element', 'added']], [messages.deleteElement, ['element', 'deleted']],
	[messages.newObject, ['counter', 'added']], [messages.deleteObject, ['counter', 'deleted']],
]);

const places: Readonly<Record<string, string>> = {rule: 'rule of chain', element: 'element of set'};

const ranks = ['live', 'rules', 'tables'] as const;

export type NoticeParts = {
	/** Name of the farm's tables. */
	readonly table: string;
	/** Of the socket with which this process writes. */
	readonly ownPort: number;
	readonly listener: (notice: FilterNotice) => void;
};

export type Watch = {
	/** Does work that sends one transaction inside its call, without notices of it; whoever else changes something meanwhile is told as unknown. */
	readonly unheard: <T>(work: () => Promise<T>) => Promise<T>;
	readonly close: () => void;
};

/** Listens until it is closed. `asking`: a connection for a question, when it is ready. */
export function watchTables({table, ownPort, listener}: NoticeParts, asking: NetlinkConnection): Watch {
	const tableBytes = Buffer.from(`${table}\0`);
	let gathered = new Gathered();
	const flush = (by: string): void => {
		const {kind, what} = gathered;
		if (kind === undefined) {
			return;
		}

		gathered = new Gathered();
		listener({kind, what, by});
	};

	const connection = new NetlinkConnection(protocols.netfilter, {
		ownPort,
		notice(message) {
			if (message.type === messages.newGeneration) {
				flush(processOf(message));
			} else if (findAttribute(message.payload.subarray(headerBytes), tableAttribute)?.equals(tableBytes)) {
				gathered.take(message, table);
			}
		},
		lost() {
			gathered = new Gathered();
			listener({kind: 'unknown', what: '', by: ''});
		},
	});
	connection.subscribe(noticesGroup);
	/** Whoever waits for the work does not wait for this. */
	const compare = async (asked: readonly [Promise<number>, Promise<number>, Promise<unknown>]): Promise<void> => {
		const [before, after] = await Promise.all(asked).catch(() => []);
		if (before === undefined || after !== next(before)) {
			listener({kind: 'unknown', what: '', by: ''});
		}
	};

	return {
		async unheard(work) {
			if (!asking.isReady || !connection.isReady) {
				return work();
			}

			const before = generationOf(asking);
			connection.unsubscribe(noticesGroup);
			const working = work();
			connection.subscribe(noticesGroup);
			const after = generationOf(connection);
			void compare([before, after, working]);
			return working;
		},
		close() {
			connection.close();
		},
	};
}

/** The number of the ruleset's generation in this namespace; it grows by one with every transaction, and is never 0. Rejects with a KernelFailure. */
async function generationOf(connection: NetlinkConnection): Promise<number> {
	const [answer] = await connection.request(nftRequest(messages.getGeneration, 'inet', 0, []), 'tell the generation of its ruleset');
	const id = answer && findAttribute(answer.payload.subarray(headerBytes), generationAttributes.id);
	if (id === undefined) {
		throw new KernelFailure('the kernel did not tell the generation of its ruleset', {errno: 'EPROTO'});
	}

	return id.readUInt32BE(0);
}

const next = (generation: number): number => Math.max(1, (generation + 1) % (2 ** 32));

/** What one transaction did, of the gravest kind alone: with a table go its chains and rules. The kernel ends its notices with the new generation. */
class Gathered {
	kind: 'tables' | 'rules' | 'live' | undefined;
	readonly #named = new Set<string>();

	get what(): string {
		return [...this.#named].join(', ');
	}

	take(message: NetlinkMessage, table: string): void {
		const [noun, verb] = kinds.get(message.type) ?? ['part', 'added'];
		const name = nameOf(message, noun);
		const isLive = noun === 'element' && isLiveSet(name);
		const kind = noun === 'table' && verb === 'deleted' ? 'tables' : (isLive ? 'live' : 'rules');
		const rank = ranks.indexOf(kind) - (this.kind === undefined ? -1 : ranks.indexOf(this.kind));
		if (rank > 0) {
			this.kind = kind;
			this.#named.clear();
		}

		if (rank < 0) {
			return;
		}

		const thing = noun === 'table' ? `table ${familyFrom(message.payload[0]!) ?? '?'} ${table}` : `${places[noun] ?? noun} ${name}`;
		this.#named.add(this.#named.size < namedMax ? `${thing} ${verb}` : 'and more');
	}
}

function nameOf({payload}: NetlinkMessage, noun: string): string {
	const type = nameAttributes[noun] ?? elementListAttributes.set;
	return decodeText(findAttribute(payload.subarray(headerBytes), type) ?? Buffer.alloc(0));
}

function processOf({payload}: NetlinkMessage): string {
	const attributes = attributeMap(payload.subarray(headerBytes));
	const pid = attributes.get(generationAttributes.processId)?.readUInt32BE(0);
	return pid === undefined ? '' : processText(pid, decodeText(attributes.get(generationAttributes.processName) ?? Buffer.alloc(0)));
}
