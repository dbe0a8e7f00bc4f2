/**
Letters: one node asks another for one thing and gets its answer, over the farm's sealed channel. Requests and answers are JSON of at most
`letterBytesMax`; they survive loss, duplication and reordering, and a request is carried out at most once whatever is sent again by whomever.
*/

import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import {
	decodeLetter,
	encodeLetter,
	letterBytesMax,
	letterIdBytes,
	tokenBytes,
	type LetterContent,
	type ToAnswerer,
} from '../../core/letters/datagram.js';
import type {FarmNode, NodeId} from '../../core/model/farm.js';
import type {Clock} from '../../edge/clock/clock.js';
import {isControlAnswer, refusal, type ControlAnswer, type ControlRequest} from '../../edge/control/protocol.js';
import type {DatagramPort} from '../../edge/datagram/port.js';
import {channels} from '../../edge/seal/header.js';
import type {Sealer} from '../../edge/seal/seal.js';
import {createAnswering} from './answering.js';
import {createAsking} from './asking.js';
import {failureAnswer} from './failure-answer.js';
import {letterTimeoutMsMax, type Post} from './post.js';

export type LetterRequest = ControlRequest;

/** As the other node answered; or, when it did not, why. `mayBeDone`: it may have carried the request out all the same. */
export type LetterAnswer = ControlAnswer & {readonly mayBeDone?: boolean};

export type LetterParts = {
	readonly sealer: Pick<Sealer, 'seal'>;
	readonly self: FarmNode;
	/** As configured now. */
	readonly nodes: () => readonly FarmNode[];
	readonly clock: Pick<Clock, 'nowFine'>;
	readonly incarnation: () => number;
	/** Undefined while there is none. */
	readonly port: () => Pick<DatagramPort, 'send'> | undefined;
	/** Carries out what a peer asks for. Must not trust its form: it is whatever JSON the peer sent. A rejection becomes an answer. */
	readonly serve: (from: NodeId, request: unknown) => Promise<ControlAnswer>;
	/** For tests; timers otherwise. */
	readonly later?: Post['later'];
};

export type Letters = {
	/** Asks one configured peer. Never rejects: that it did not answer is an answer. `timeoutMs` at most `letterTimeoutMsMax`. */
	ask: (to: NodeId, request: LetterRequest, options: {readonly timeoutMs: number}) => Promise<LetterAnswer>;
	/** For every datagram of the channel, from a configured peer. Answers why it does not count. */
	received: (sender: NodeId, bytes: Uint8Array) => string | undefined;
	stop: () => void;
};

export function createLetters({sealer, self, nodes, clock, incarnation, port, serve, later = laterByTimer}: LetterParts): Letters {
	let sequence = 0;
	const peer = (id: NodeId): FarmNode | undefined => id === self.id ? undefined : nodes().find(node => node.id === id);
	const post: Post = {
		send(to, id, content) {
			const bytes = sealer.seal(channels.letter, encodeLetter({receiver: to, id, ...content}), incarnation(), ++sequence);
			for (const [network, address] of (peer(to)?.addresses ?? []).entries()) {
				port()?.send(network, address, bytes);
			}
		},
		now: clock.nowFine,
		later,
	};
	const asking = createAsking(post);
	const answering = createAnswering({
		...post,
		token: randomBytes(tokenBytes).toString('hex'),
		serve: async (from, text) => Buffer.from(await answerText(from, text, serve)),
	});

	return {
		async ask(to, request, {timeoutMs}) {
			const node = peer(to);
			if (node === undefined) {
				return refusal('usage', to === self.id ? 'a node does not write to itself' : `node ${to} is not in this configuration`);
			}

			const bytes = Buffer.from(JSON.stringify(request));
			if (bytes.length > letterBytesMax) {
				return refusal('usage', `a letter to ${node.name} of ${bytes.length} bytes is too long: at most ${letterBytesMax}`);
			}

			const limitMs = Math.min(timeoutMs, letterTimeoutMsMax);
			const outcome = await asking.ask(to, randomBytes(letterIdBytes).toString('hex'), bytes, limitMs);
			return outcome.ok ? answerIn(outcome.text, node.name) : failureAnswer(outcome, node.name, limitMs);
		},
		received(sender, bytes) {
			const decoded = decodeLetter(bytes);
			if (!decoded.ok) {
				return decoded.reason;
			}

			const {receiver, id, ...content} = decoded.datagram;
			if (receiver !== self.id) {
				return 'astray letter';
			}

			if (isForAnswerer(content)) {
				answering.received(sender, id, content);
			} else {
				asking.received(sender, id, content);
			}

			return undefined;
		},
		stop() {
			asking.stop();
			answering.stop();
		},
	};
}

const isForAnswerer = (content: LetterContent): content is Exclude<ToAnswerer, {of: 'request'}> =>
	content.kind === 'hello' || content.kind === 'request' || (content.kind === 'receipt' && content.of === 'answer');

async function answerText(from: NodeId, text: string, serve: LetterParts['serve']): Promise<string> {
	const answer = await serveText(from, text, serve);
	const answered = JSON.stringify(answer);
	return Buffer.byteLength(answered) <= letterBytesMax ? answered : JSON.stringify(refusal('daemon', `the answer is too long for a letter: more than ${letterBytesMax} bytes`));
}

async function serveText(from: NodeId, text: string, serve: LetterParts['serve']): Promise<ControlAnswer> {
	let request: unknown;
	try {
		request = JSON.parse(text);
	} catch {
		return refusal('usage', 'the letter is no JSON');
	}

	try {
		return await serve(from, request);
	} catch (error) {
		return refusal('bug', String(error));
	}
}

function answerIn(text: string, name: string): LetterAnswer {
	const strange = {...refusal('daemon', `${name} answered what is no answer`, 'compare on both nodes: farmctl --version'), mayBeDone: true};
	try {
		const answer = JSON.parse(text) as unknown;
		return isControlAnswer(answer) ? answer : strange;
	} catch {
		return strange;
	}
}

const laterByTimer: Post['later'] = (delayMs, work) => {
	const timer = setTimeout(work, delayMs);
	timer.unref();
	return () => {
		clearTimeout(timer);
	};
};
