/**
What the kernel tells of other people's transactions in nf_tables, boiled down to what concerns one farm: one notice a transaction.

Our own are passed over by the port of the socket that made them, without being decoded: the lease is written many times a second. This socket asks
nothing and is no one else's, so that a flood of notices never stands before a verdict.
*/

import {isLiveSet} from '../../core/ruleset/names.js';
import {attributeMap, decodeText, findAttribute} from '../netlink/attribute.js';
import {processText} from '../netlink/author.js';
import {NetlinkConnection, protocols} from '../netlink/connection.js';
import type {NetlinkMessage} from '../netlink/message.js';
import type {FilterNotice} from './port.js';
import {elementListAttributes, familyFrom, generationAttributes, headerBytes, messages, noticesGroup} from './wire.js';

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

/** Listens until the connection that it returns is closed. */
export function watchTables({table, ownPort, listener}: NoticeParts): NetlinkConnection {
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
	return connection;
}

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
