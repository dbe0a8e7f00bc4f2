/**
The receiver's side of letters. The rule it keeps: a request is carried out at most once. Its id is remembered until the moment after which this node
refuses it by its own clock, and a request of another life of this node is refused by the token.
*/

import {partsOf, type LetterContent, type RefusalReason, type ToAnswerer} from '../../core/letters/datagram.js';
import type {NodeId} from '../../core/model/farm.js';
import {letterTimeoutMsMax, repeat, type Post, type Repeating} from './post.js';
import {createIncoming, createOutgoing, type Incoming, type Outgoing} from './transfer.js';

/** Of one peer: letters that are not yet answered, or whose answer has not arrived. */
export const lettersAtOnceMax = 8;

/** Of one peer: letters remembered until they are too late, so that none is carried out twice. */
export const lettersRememberedMax = 2048;

export type AnsweringParts = Post & {
	/** Of this life, 16 hexadecimal digits. */
	readonly token: string;
	/** The answer to the request that the text is; never rejects. */
	readonly serve: (from: NodeId, text: string) => Promise<Uint8Array>;
};

export type Answering = {
	/** For every hello, part of a request and receipt of an answer. */
	received: (sender: NodeId, id: string, content: ToAnswerer) => void;
	stop: () => void;
};

type Letter = {
	readonly from: NodeId;
	readonly id: string;
	readonly count: number;
	readonly forget: () => void;
	/** Until it is whole. */
	incoming: Incoming | undefined;
	/** From the answer on until it has arrived. */
	answer?: {readonly outgoing: Outgoing; readonly repeating: Repeating} | undefined;
	isDone: boolean;
};

type Request = Extract<LetterContent, {kind: 'request'}>;

export function createAnswering(parts: AnsweringParts): Answering {
	const letters = new Map<string, Letter>();

	const lettersOf = (sender: NodeId): Letter[] => [...letters.values()].filter(({from}) => from === sender);

	const refuse = (sender: NodeId, id: string, reason: RefusalReason): void => {
		parts.send(sender, id, {kind: 'refusal', reason});
	};

	const remember = (sender: NodeId, id: string, {untilMs, count}: Request): Letter | undefined => {
		const restMs = untilMs - parts.now();
		if (restMs <= 0 || restMs > letterTimeoutMsMax) {
			refuse(sender, id, 'too late');
			return undefined;
		}

		const known = lettersOf(sender);
		if (known.length >= lettersRememberedMax || known.filter(({isDone}) => !isDone).length >= lettersAtOnceMax) {
			refuse(sender, id, 'busy');
			return undefined;
		}

		const key = `${sender} ${id}`;
		const cancel = parts.later(restMs, () => {
			letters.get(key)?.answer?.repeating.stop();
			letters.delete(key);
		});
		const letter: Letter = {
			from: sender, id, count, forget: cancel, incoming: createIncoming(count), isDone: false,
		};
		letters.set(key, letter);
		return letter;
	};

	const takePart = (sender: NodeId, id: string, request: Request): void => {
		if (request.token !== parts.token) {
			refuse(sender, id, 'another life');
			return;
		}

		const letter = letters.get(`${sender} ${id}`) ?? remember(sender, id, request);
		if (letter === undefined) {
			return;
		}

		if (letter.count !== request.count) {
			refuse(sender, id, 'not of this request');
			return;
		}

		letter.incoming?.take(request.position, request.bytes);
		parts.send(sender, id, {kind: 'receipt', of: 'request', has: letter.incoming?.has() ?? Array.from({length: letter.count}, () => true)});
		const text = letter.incoming?.whole();
		if (text === undefined) {
			return;
		}

		letter.incoming = undefined;
		void answer(parts, letter, text, () => letters.get(`${sender} ${id}`) === letter);
	};

	return {
		received(sender, id, content) {
			switch (content.kind) {
				case 'hello': {
					parts.send(sender, id, {kind: 'welcome', token: parts.token, clockMs: Math.floor(parts.now())});
					return;
				}

				case 'request': {
					takePart(sender, id, content);
					return;
				}

				case 'receipt': {
					takeReceipt(letters.get(`${sender} ${id}`), content.has);
					return;
				}

				default: {
					content satisfies never;
				}
			}
		},
		stop() {
			for (const letter of letters.values()) {
				letter.forget();
				letter.answer?.repeating.stop();
			}

			letters.clear();
		},
	};
}

async function answer(parts: AnsweringParts, letter: Letter, text: string, isWanted: () => boolean): Promise<void> {
	const pieces = partsOf(await parts.serve(letter.from, text));
	if (!isWanted()) {
		return;
	}

	const outgoing = createOutgoing(pieces, position => {
		parts.send(letter.from, letter.id, {
			kind: 'answer', position, count: pieces.length, bytes: pieces[position]!,
		});
	});
	outgoing.send();
	letter.answer = {outgoing, repeating: repeat(parts, outgoing.sendAgain)};
}

function takeReceipt(letter: Letter | undefined, has: readonly boolean[]): void {
	const {outgoing, repeating} = letter?.answer ?? {};
	if (letter === undefined || !outgoing?.acknowledged(has)) {
		return;
	}

	if (outgoing.isWhole()) {
		repeating?.stop();
		letter.answer = undefined;
		letter.isDone = true;
	} else {
		repeating?.progress();
		outgoing.send();
	}
}
