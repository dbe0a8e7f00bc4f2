/** Nodes that write letters over a wire whose time and faults the test decides: real sealers, virtual timers. */

import {Buffer} from 'node:buffer';
import {setImmediate as nextTurn} from 'node:timers/promises';
import type {FarmNode} from '../../../src/core/model/farm.js';
import {createLetters, type Letters, type LetterParts} from '../../../src/daemon/letters/letters.js';
import {channels} from '../../../src/edge/seal/header.js';
import {createSealer, type Sealer} from '../../../src/edge/seal/seal.js';

export type Wire = {
	/** What becomes of a datagram: when each of its copies arrives, after so many ms; none when it is lost. */
	fate: (datagram: {readonly from: number; readonly to: number; readonly bytes: Uint8Array}) => readonly number[];
	/** The longest datagram so far. */
	longest: number;
	sent: number;
	readonly recorded: Array<{readonly to: number; readonly bytes: Uint8Array}>;
};

export type Office = {
	readonly wire: Wire;
	readonly refused: string[];
	letters: (id: number) => Letters;
	/** A node loses its memory and begins another life. */
	restart: (id: number) => void;
	/** A datagram arrives once more. */
	replay: (to: number, bytes: Uint8Array) => void;
	/** Time passes until the promise has settled, or for so long. */
	until: <T>(promise: Promise<T>, ms?: number) => Promise<T>;
	pass: (ms: number) => Promise<void>;
};

export const farmNodes: readonly FarmNode[] = [1, 2, 3].map(id => ({
	name: `web${id}`, id, addresses: [`192.0.2.1${id}`, `198.51.100.1${id}`], weight: 1,
}));

export function createOffice(serve: LetterParts['serve']): Office {
	const agenda: Array<{readonly at: number; readonly order: number; readonly work: () => void}> = [];
	let now = 1000;
	let order = 0;
	const wire: Wire = {fate: () => [1], longest: 0, sent: 0, recorded: []};
	const refused: string[] = [];
	const lives = new Map<number, {readonly letters: Letters; readonly sealer: Sealer}>();
	const later = (delayMs: number, work: () => void): (() => void) => {
		const entry = {at: now + delayMs, order: order++, work};
		agenda.push(entry);
		return () => {
			const index = agenda.indexOf(entry);
			if (index !== -1) {
				agenda.splice(index, 1);
			}
		};
	};

	const deliver = (to: number, bytes: Uint8Array): void => {
		const {letters, sealer} = lives.get(to)!;
		const opened = sealer.open(bytes);
		const reason = opened.ok ? letters.received(opened.sender, opened.plaintext) : opened.reason;
		if (reason !== undefined) {
			refused.push(reason);
		}
	};

	const begin = (id: number): void => {
		const self = farmNodes.find(node => node.id === id)!;
		const sealer = createSealer({keys: [Buffer.from('a key')], farm: 'web', self: id});
		const incarnation = now;
		const letters = createLetters({
			sealer, self, nodes: () => farmNodes, clock: {nowFine: () => now}, incarnation: () => incarnation, serve, later,
			port: () => ({
				send(_network, address, bytes) {
					const to = farmNodes.find(({addresses}) => addresses.includes(address))!.id;
					wire.sent++;
					wire.longest = Math.max(wire.longest, bytes.length);
					wire.recorded.push({to, bytes});
					for (const delay of wire.fate({from: id, to, bytes})) {
						later(delay, () => {
							deliver(to, bytes);
						});
					}
				},
			}),
		});
		lives.get(id)?.letters.stop();
		lives.set(id, {letters, sealer});
	};

	for (const {id} of farmNodes) {
		begin(id);
	}

	/** One thing that is due happens; what it began goes on as far as it can. */
	const next = async (limit: number): Promise<boolean> => {
		await nextTurn();
		const [first] = agenda.toSorted((a, b) => a.at - b.at || a.order - b.order);
		if (first === undefined || first.at > limit) {
			return false;
		}

		agenda.splice(agenda.indexOf(first), 1);
		now = Math.max(now, first.at);
		first.work();
		return true;
	};

	const pass = async (ms: number): Promise<void> => {
		const limit = now + ms;
		while (await next(limit)) {
			// On.
		}

		now = limit;
	};

	return {
		wire,
		refused,
		letters: id => lives.get(id)!.letters,
		restart: begin,
		replay: deliver,
		pass,
		async until(promise, ms = 60_000) {
			const limit = now + ms;
			const state = {isSettled: false};
			void Promise.allSettled([promise]).then(() => {
				state.isSettled = true;
			});
			await nextTurn();
			while (!state.isSettled && await next(limit)) {
				await nextTurn();
			}

			return promise;
		},
	};
}

/** The sealed bytes of whatever this is, on the letters' channel, as this node would send them. */
export const sealed = (from: number, plaintext: Uint8Array, sequence: number): Uint8Array =>
	createSealer({keys: [Buffer.from('a key')], farm: 'web', self: from}).seal(channels.letter, plaintext, 10 ** 6, sequence);
