/** What a connection that comes says, and when what it gets back is the whole answer. */

import {Buffer} from 'node:buffer';
import {isStream, messageBytes, messageOf} from './messages.js';

/** `wrong`: an answer, but not that which was wanted. `node`: who says that it answers. */
export type Verdict = 'more' | {readonly what: 'served' | 'wrong'; readonly node: string; readonly reason: string};

export type Dialect = {
	readonly question: (id: number) => Buffer;
	/** Judges all that has come so far; `isOver` when no more will come. */
	readonly judge: (id: number, answer: Buffer, isOver: boolean) => Verdict;
};

/** RFC 862: 16 bytes, and the same again. */
const echo: Dialect = {
	question: id => messageOf(id, 0),
	judge(id, answer) {
		if (!isStream(id, 0, answer, answer.length)) {
			return {what: 'wrong', node: '', reason: 'another answer than was asked for'};
		}

		return answer.length < messageBytes ? 'more' : {what: 'served', node: '', reason: ''};
	},
};

const request = Buffer.from('GET / HTTP/1.1\r\nHost: farm\r\nConnection: close\r\n\r\n');
const headEnd = '\r\n\r\n';

/** One request a connection; the first line of the body is the node's name. */
const http: Dialect = {
	question: () => request,
	judge(_, answer, isOver) {
		const text = answer.toString('latin1');
		const bodyAt = text.indexOf(headEnd) + headEnd.length;
		const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? Infinity);
		if (bodyAt < headEnd.length || (!isOver && text.length - bodyAt < length)) {
			return 'more';
		}

		const node = text.slice(bodyAt).split('\n', 1)[0]!;
		const status = text.split(' ', 2)[1]!;
		return status === '200' ? {what: 'served', node, reason: ''} : {what: 'wrong', node, reason: `HTTP ${status}`};
	},
};

export const dialects = {echo, http} as const;
