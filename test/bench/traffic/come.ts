/**
New connections without pause: each connects, says what its dialect has to say, reads the answer and closes.

	node come.js PLAN     a ComePlan as JSON

Each line is answered by a ComeLook.
*/

import {Buffer} from 'node:buffer';
import process from 'node:process';
import {dialects, type Verdict} from './dialects.js';
import {beginConnection, closeSocket, errors, noSignal, receiveBytes, sendBytes, socketAddress} from './sockets.js';
import {takeTurns} from './turns.js';

export type ComePlan = {
	readonly port: number;
	/** Together, from one source after the other. */
	readonly perSecond: number;
	readonly sources: ReadonlyArray<{readonly source: string; readonly target: string}>;
	readonly dialect: keyof typeof dialects;
	/** Whether each that was served is told one by one. */
	readonly isEachTold: boolean;
};

export type ComeFailure = {
	readonly source: string;
	/**
	`refused`: a host said that nobody listens. `unreachable`: there was no connection for another reason. `reset`: there was one, and it ended without the
	whole answer. `silent`: nothing for long.
	*/
	readonly what: 'refused' | 'unreachable' | 'reset' | 'silent' | 'wrong';
	readonly reason: string;
	/** Wall clock, as are all that end in `AtMs` or `atMs`. */
	readonly begunAtMs: number;
	/** When it was first seen that there is a connection; of one that never came, nothing. */
	readonly establishedAtMs?: number;
	readonly atMs: number;
};

export type ComeAnswer = {readonly source: string; readonly node: string; readonly begunAtMs: number; readonly atMs: number};

/** Since the last look. */
export type ComeLook = {
	readonly begun: number;
	readonly served: number;
	/** Where each is told. */
	readonly answers: readonly ComeAnswer[];
	readonly failed: readonly ComeFailure[];
	/** The longest from the first SYN to the last byte of the answer. */
	readonly longestMs: number;
	/** Begun and not yet over. */
	readonly open: number;
	/** How late this program was at worst. */
	readonly latenessMs: number;
};

/** Within this a SYN is sent five times. */
const patienceMs = 20_000;
const tickMs = 2;
const turnMs = 10;

type Attempt = {readonly id: number; readonly fd: number; readonly source: string; readonly begunMs: number; establishedMs: number | undefined; answer: Buffer};

const {port, perSecond, sources: plans, dialect: dialectName, isEachTold} = JSON.parse(process.argv[2]!) as ComePlan;
const dialect = dialects[dialectName];
const sources = plans.map(({source, target}) => ({name: source, isSixth: source.includes(':'), source: socketAddress(source, 0), target: socketAddress(target, port)}));
const everyMs = 1000 / perSecond;
const nothing = Buffer.alloc(0);
const bytes = Buffer.alloc(65_536);
let attempts: Attempt[] = [];
let dueMs = performance.now();
let count = 0;
let look = emptyLook();

function emptyLook() {
	return {begun: 0, served: 0, longestMs: 0, latenessMs: 0, answers: [] as ComeAnswer[], failed: [] as ComeFailure[]};
}

takeTurns({
	turnMs,
	step(now) {
		look.latenessMs = Math.max(look.latenessMs, now - dueMs);
		// What a stall has missed is not made up for.
		dueMs = Math.max(dueMs, now - (10 * tickMs));
		for (; dueMs <= now; dueMs += everyMs) {
			begin(now);
		}

		attempts = attempts.filter(attempt => !isOver(attempt, now));
		return tickMs * 1000;
	},
	answer(): ComeLook {
		const answer = {...look, open: attempts.length};
		look = emptyLook();
		return answer;
	},
});

function begin(now: number): void {
	const {name, source, target, isSixth} = sources[count % sources.length]!;
	const fd = beginConnection(source, target, isSixth);
	count++;
	look.begun++;
	const attempt = {id: count, fd, source: name, begunMs: now, establishedMs: undefined, answer: nothing};
	if (fd < 0) {
		fail(attempt, now, {what: 'unreachable', reason: `errno ${-fd} when it was begun`});
	} else {
		attempts.push(attempt);
	}
}

function isOver(attempt: Attempt, now: number): boolean {
	const outcome = outcomeOf(attempt, now);
	if (outcome === 'more') {
		return false;
	}

	closeSocket(attempt.fd);
	if (outcome.what === 'served') {
		look.served++;
		look.longestMs = Math.max(look.longestMs, now - attempt.begunMs);
		if (isEachTold) {
			look.answers.push({source: attempt.source, node: outcome.node, begunAtMs: wallOf(attempt.begunMs), atMs: wallOf(now)});
		}
	} else {
		fail(attempt, now, {what: outcome.what, reason: outcome.reason});
	}

	return true;
}

function fail({source, begunMs, establishedMs}: Attempt, now: number, trouble: Pick<ComeFailure, 'what' | 'reason'>): void {
	look.failed.push({source, ...trouble, begunAtMs: wallOf(begunMs), ...establishedMs !== undefined && {establishedAtMs: wallOf(establishedMs)}, atMs: wallOf(now)});
}

function wallOf(ms: number): number {
	return performance.timeOrigin + ms;
}

type Outcome = Verdict | {readonly what: ComeFailure['what']; readonly reason: string};

/** Goes on with it as far as that goes now. Reads first: an error is told once, to whoever asks first. */
function outcomeOf(attempt: Attempt, now: number): Outcome {
	const length = receiveBytes(attempt.fd, bytes, bytes.length, 0);
	if (length === errors.again) {
		say(attempt, now);
		return now > attempt.begunMs + patienceMs ? {what: 'silent', reason: `nothing for ${patienceMs} ms`} : 'more';
	}

	if (length < 0) {
		return {what: whatOf(attempt, length), reason: `errno ${-length}`};
	}

	attempt.answer = Buffer.concat([attempt.answer, bytes.subarray(0, length)]);
	const verdict = dialect.judge(attempt.id, attempt.answer, length === 0);
	return verdict === 'more' && length === 0 ? {what: 'reset', reason: 'closed by the server'} : verdict;
}

function whatOf({establishedMs}: Attempt, error: number): ComeFailure['what'] {
	if (establishedMs !== undefined || error === errors.reset) {
		return 'reset';
	}

	return error === errors.refused ? 'refused' : 'unreachable';
}

function say(attempt: Attempt, now: number): void {
	if (attempt.establishedMs !== undefined) {
		return;
	}

	const question = dialect.question(attempt.id);
	attempt.establishedMs = sendBytes(attempt.fd, question, question.length, noSignal) > 0 ? now : undefined;
}
