/** The asker's side of letters: hello, the parts of the request, the parts of the answer, until the deadline. */

import {
	partsOf,
	type Part,
	type RefusalReason,
	type ToAsker,
} from '../../core/letters/datagram.js';
import type {NodeId} from '../../core/model/farm.js';
import {repeat, type Post, type Repeating} from './post.js';
import {createIncoming, createOutgoing, type Incoming, type Outgoing} from './transfer.js';

/**
`silent`: nothing came back. `busy`: the receiver took no more letters. `restarted`: it began another life after it may have got the whole request.
`late`: it has the request, or a part, and no answer came in time. `refused`: it took the request for another one. `stopped`: this daemon ends.
*/
export type AskFailure = 'silent' | 'busy' | 'restarted' | 'late' | 'refused' | 'stopped';

export type AskOutcome =
	| {readonly ok: true; readonly text: string}
	/** `mayBeDone`: the receiver may have got the whole request. */
	| {readonly ok: false; readonly why: AskFailure; readonly mayBeDone: boolean};

export type Asking = {
	/** Resolves with what came of it, at the latest after `timeoutMs`. */
	ask: (to: NodeId, id: string, request: Uint8Array, timeoutMs: number) => Promise<AskOutcome>;
	/** For every welcome, part of an answer, receipt of a request and refusal. */
	received: (sender: NodeId, id: string, content: ToAsker) => void;
	stop: () => void;
};

type Asked = {
	readonly to: NodeId;
	readonly id: string;
	readonly parts: readonly Uint8Array[];
	readonly deadlineAt: number;
	readonly settle: (outcome: AskOutcome) => void;
	readonly fail: (why: AskFailure) => void;
	repeating?: Repeating;
	/** From the welcome on. */
	sending?: {readonly outgoing: Outgoing; readonly sendPart: (position: number) => void} | undefined;
	answer?: Incoming;
	/** The receiver's life, and until when it may carry the request out: never later within one life, or it could do so twice. */
	until?: {readonly token: string; readonly untilMs: number};
	isBusy: boolean;
	/** A receipt has come. */
	isKept: boolean;
	mayBeDone: boolean;
};

export function createAsking(post: Post): Asking {
	const letters = new Map<string, Asked>();

	const ask: Asking['ask'] = async (to, id, request, timeoutMs) => new Promise(resolve => {
		const settle = (outcome: AskOutcome): void => {
			letters.delete(id);
			letter.repeating?.stop();
			cancelDeadline();
			resolve(outcome);
		};

		const letter: Asked = {
			to, id, parts: partsOf(request), deadlineAt: post.now() + timeoutMs, isBusy: false, isKept: false, mayBeDone: false, settle,
			fail(why) {
				settle({ok: false, why, mayBeDone: letter.mayBeDone});
			},
		};
		const cancelDeadline = post.later(timeoutMs, () => {
			letter.fail(failureOf(letter));
		});
		letters.set(id, letter);
		letter.repeating = repeat(post, () => {
			sendAgain(post, letter);
		});
		post.send(to, id, {kind: 'hello'});
	});

	return {
		ask,
		received(sender, id, content) {
			const letter = letters.get(id);
			if (letter?.to === sender) {
				take(post, letter, content);
			} else if (content.kind === 'answer') {
				// Whoever does not wait for it any more must say so, or it is sent until its deadline.
				post.send(sender, id, {kind: 'receipt', of: 'answer', has: Array.from({length: content.count}, () => true)});
			}
		},
		stop() {
			for (const letter of letters.values()) {
				letter.fail('stopped');
			}
		},
	};
}

function failureOf({sending, isBusy}: Asked): AskFailure {
	if (sending !== undefined) {
		return 'late';
	}

	return isBusy ? 'busy' : 'silent';
}

function sendAgain(post: Post, {to, id, sending}: Asked): void {
	if (sending === undefined) {
		post.send(to, id, {kind: 'hello'});
	} else if (sending.outgoing.isWhole()) {
		// Asks whether the receiver still lives in the life that has the request.
		sending.sendPart(0);
	} else {
		sending.outgoing.sendAgain();
	}
}

function take(post: Post, letter: Asked, content: ToAsker): void {
	switch (content.kind) {
		case 'welcome': {
			if (letter.sending === undefined) {
				begin(post, letter, content);
			}

			return;
		}

		case 'receipt': {
			if (letter.sending?.outgoing.acknowledged(content.has)) {
				letter.isKept = true;
				letter.repeating?.progress();
				sendMore(letter);
			}

			return;
		}

		case 'answer': {
			takeAnswer(post, letter, content);
			return;
		}

		case 'refusal': {
			takeRefusal(letter, content.reason);
			return;
		}

		default: {
			content satisfies never;
		}
	}
}

function begin(post: Post, letter: Asked, {token, clockMs}: {readonly token: string; readonly clockMs: number}): void {
	const {to, id, parts, deadlineAt} = letter;
	const limitMs = Math.floor(clockMs + deadlineAt - post.now());
	const untilMs = letter.until?.token === token ? Math.min(letter.until.untilMs, limitMs) : limitMs;
	letter.until = {token, untilMs};
	const sendPart = (position: number): void => {
		post.send(to, id, {
			kind: 'request', token, untilMs, position, count: parts.length, bytes: parts[position]!,
		});
	};

	letter.sending = {outgoing: createOutgoing(parts, sendPart), sendPart};
	letter.repeating?.progress();
	sendMore(letter);
}

function sendMore(letter: Asked): void {
	letter.sending?.outgoing.send();
	letter.mayBeDone ||= letter.sending?.outgoing.isSent() ?? false;
}

function takeAnswer(post: Post, letter: Asked, {position, count, bytes}: Part): void {
	letter.answer ??= createIncoming(count);
	if (letter.answer.count !== count) {
		return;
	}

	letter.answer.take(position, bytes);
	post.send(letter.to, letter.id, {kind: 'receipt', of: 'answer', has: letter.answer.has()});
	const text = letter.answer.whole();
	if (text !== undefined) {
		letter.settle({ok: true, text});
	}
}

function takeRefusal(letter: Asked, reason: RefusalReason): void {
	if (reason === 'busy') {
		// Begins anew with a hello when it is due.
		letter.isBusy = true;
		letter.sending = undefined;
		letter.mayBeDone &&= letter.isKept;
	} else if (reason === 'another life' && !letter.mayBeDone) {
		letter.sending = undefined;
	} else if (reason === 'another life') {
		letter.fail('restarted');
	} else if (reason === 'not of this request') {
		letter.fail('refused');
	}
}
