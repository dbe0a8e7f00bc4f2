import {Buffer} from 'node:buffer';
import test from 'ava';
import fc from 'fast-check';
import {letterBytesMax, letterDatagramBytesMax} from '../../../src/core/letters/datagram.js';
import {createRandom} from '../../../src/core/simulation/random.js';
import {lettersAtOnceMax} from '../../../src/daemon/letters/answering.js';
import type {LetterAnswer} from '../../../src/daemon/letters/letters.js';
import {createOffice, sealed, type Office} from './post-office.js';

const timeoutMs = 20_000;

/** An office that counts what is carried out, by the number in the request, and answers with the request and who asked. */
function countingOffice(answerOf: (request: unknown) => unknown = request => request): {readonly office: Office; readonly done: Map<unknown, number>} {
	const done = new Map<unknown, number>();
	const office = createOffice(async (from, request) => {
		const {number} = request as {readonly number?: unknown};
		done.set(number, (done.get(number) ?? 0) + 1);
		return {ok: true, result: {from, answer: answerOf(request)}};
	});
	return {office, done};
}

const message = (answer: LetterAnswer): string => answer.ok ? 'ok' : answer.error.message;

test('a request is answered by the node that was asked, which knows who asked', async t => {
	const {office, done} = countingOffice();
	const answer = await office.until(office.letters(1).ask(2, {verb: 'count', number: 1}, {timeoutMs}));
	t.deepEqual(answer, {ok: true, result: {from: 1, answer: {verb: 'count', number: 1}}});
	t.is(done.get(1), 1);
	t.deepEqual([...new Set(office.refused)], ['duplicate'], 'only the copies by the second network');
});

test('the longest letters fit, both ways, and no datagram is longer than a network passes whole', async t => {
	const {office} = countingOffice();
	const filling = 'x'.repeat(letterBytesMax - 100);
	const answer = await office.until(office.letters(1).ask(2, {verb: 'v', filling}, {timeoutMs}));
	t.true(answer.ok);
	t.is(((answer as {result: {answer: {filling: string}}}).result).answer.filling, filling);
	t.true(office.wire.longest <= letterDatagramBytesMax, `${office.wire.longest}`);
	t.true(office.wire.longest > 1100);
});

test('what is too long is not sent, and an answer that is says so', async t => {
	const {office, done} = countingOffice(() => 'x'.repeat(letterBytesMax));
	t.regex(message(await office.letters(1).ask(2, {verb: 'x'.repeat(letterBytesMax)}, {timeoutMs})), /too long: at most 262144/u);
	t.is(office.wire.sent, 0);
	t.regex(message(await office.until(office.letters(1).ask(2, {verb: 'v', number: 1}, {timeoutMs}))), /answer is too long/u);
	t.is(done.get(1), 1);
});

test('characters of several bytes are whole again at the other end', async t => {
	const {office} = countingOffice();
	const words = 'é🙂'.repeat(3000);
	const answer = await office.until(office.letters(1).ask(2, {verb: 'v', words}, {timeoutMs}));
	t.is((answer as {result: {answer: {words: string}}}).result.answer.words, words);
});

test('with loss, copies and every order, each letter is carried out exactly once and answered', async t => {
	await fc.assert(fc.asyncProperty(fc.integer(), fc.integer({min: 0, max: 40}), fc.integer({min: 0, max: 60_000}), async (seed, lossPercent, size) => {
		const {office, done} = countingOffice();
		const random = createRandom(seed);
		office.wire.fate = () => {
			const copies = random.next() < 0.2 ? 2 : 1;
			return Array.from({length: copies}, () => Math.floor(random.next() * 150)).filter(() => random.next() * 100 >= lossPercent);
		};

		const numbers = [1, 2, 3, 4];
		const answers = await office.until(Promise.all(numbers.map(async number => office.letters(1).ask(2, {verb: 'v', number, filling: 'x'.repeat(size)}, {timeoutMs: 300_000}))), 300_000);
		t.true(answers.every(({ok}) => ok), JSON.stringify(answers.find(({ok}) => !ok)));
		t.deepEqual(numbers.map(number => done.get(number)), [1, 1, 1, 1]);
	}), {numRuns: 40});
});

test('when one network is dead the other carries it, at once', async t => {
	const {office} = countingOffice();
	let count = 0;
	office.wire.fate = () => count++ % 2 === 0 ? [] : [1];
	t.true((await office.until(office.letters(1).ask(2, {verb: 'v'}, {timeoutMs}), 50)).ok);
});

test('a node that says nothing is told so at the deadline, and that nothing was done', async t => {
	const {office, done} = countingOffice();
	office.wire.fate = () => [];
	const answer = await office.until(office.letters(1).ask(2, {verb: 'v', number: 1}, {timeoutMs: 3000}), 3000);
	t.is(message(answer), 'web2 did not answer within 3 s');
	t.false(answer.mayBeDone);
	t.is(done.size, 0);
});

test('when only the answer is lost it may have been done, and it says so', async t => {
	const {office, done} = countingOffice();
	let count = 0;
	office.wire.fate = ({from}) => from === 2 && count++ > 1 ? [] : [1];
	const answer = await office.until(office.letters(1).ask(2, {verb: 'v', number: 1}, {timeoutMs: 3000}), 3000);
	t.regex(message(answer), /^web2 was asked and did not answer within 3 s; it may have been done$/u);
	t.true(answer.mayBeDone);
	t.is(done.get(1), 1);
});

test('a receiver that starts anew meanwhile does not do it again', async t => {
	const {promise: asked, resolve: ask} = Promise.withResolvers<void>();
	let count = 0;
	const office = createOffice(async () => {
		count++;
		ask();
		return new Promise(() => {});
	});
	const answering = office.letters(1).ask(2, {verb: 'v'}, {timeoutMs});
	await office.until(asked);
	office.restart(2);
	t.regex(message(await office.until(answering)), /^the daemon of web2 started anew before it answered; it may have been done$/u);
	t.is(count, 1);
});

test('what somebody recorded does nothing when it is sent again, to the same life or to the next', async t => {
	const {office, done} = countingOffice();
	await office.until(office.letters(1).ask(2, {verb: 'v', number: 1}, {timeoutMs}));
	const recorded = [...office.wire.recorded];
	for (const life of ['same', 'next']) {
		if (life === 'next') {
			await office.pass(1000);
			office.restart(2);
		}

		for (const {to, bytes} of recorded) {
			office.replay(to, bytes);
		}

		await office.pass(1000);
	}

	t.is(done.get(1), 1);
});

test('an order that is held back on its way is not carried out after its deadline', async t => {
	const {office, done} = countingOffice();
	const held: Uint8Array[] = [];
	let count = 0;
	office.wire.fate = ({to, bytes}) => {
		if (to === 2 && count++ > 1) {
			held.push(bytes);
			return [];
		}

		return [1];
	};

	await office.until(office.letters(1).ask(2, {verb: 'v', number: 1}, {timeoutMs: 3000}));
	for (const bytes of held) {
		office.replay(2, bytes);
	}

	await office.pass(1000);
	t.true(held.length > 0);
	t.is(done.size, 0);
});

test('a peer that asks without end is served in turn, and others are not kept waiting', async t => {
	const waiting: Array<() => void> = [];
	const office = createOffice(async from => {
		if (from === 1) {
			await new Promise<void>(resolve => {
				waiting.push(resolve);
			});
		}

		return {ok: true, result: from};
	});
	const many = Array.from({length: 3 * lettersAtOnceMax}, async () => office.letters(1).ask(2, {verb: 'v'}, {timeoutMs}));
	await office.pass(1000);
	t.is(waiting.length, lettersAtOnceMax);
	t.true((await office.until(office.letters(3).ask(2, {verb: 'v'}, {timeoutMs}))).ok);
	const serving = setInterval(() => {
		waiting.pop()?.();
	}, 0);
	const answers = await office.until(Promise.all(many));
	clearInterval(serving);
	t.true(answers.every(({ok}) => ok), message(answers.find(({ok}) => !ok) ?? answers[0]!));
});

test('a rejection and an answer that cannot be told are answers', async t => {
	const failing = createOffice(async () => {
		throw new Error('broken');
	});
	t.is(message(await failing.until(failing.letters(1).ask(2, {verb: 'v'}, {timeoutMs}))), 'Error: broken');
	const strange = createOffice(async () => 5 as never);
	t.regex(message(await strange.until(strange.letters(1).ask(2, {verb: 'v'}, {timeoutMs}))), /^web2 answered what is no answer$/u);
});

test('nobody writes to itself or to a stranger', async t => {
	const {office} = countingOffice();
	t.regex(message(await office.letters(1).ask(1, {verb: 'v'}, {timeoutMs})), /does not write to itself/u);
	t.regex(message(await office.letters(1).ask(9, {verb: 'v'}, {timeoutMs})), /not in this configuration/u);
});

test('one that stops tells whoever waits', async t => {
	const {office} = countingOffice();
	office.wire.fate = () => [];
	const answering = office.letters(1).ask(2, {verb: 'v'}, {timeoutMs});
	office.letters(1).stop();
	t.regex(message(await answering), /^this daemon stops/u);
});

test('whatever a peer that has the key sends, the node lives, answers others, and does nothing that was not asked', async t => {
	const {office, done} = countingOffice();
	let sequence = 0;
	const head = fc.tuple(fc.constantFrom(1, 2), fc.nat({max: 8}), fc.constantFrom(1, 2), fc.constant(0)).map(bytes => new Uint8Array(bytes));
	const bytes = fc.tuple(head, fc.uint8Array({maxLength: 60})).map(([start, rest]) => new Uint8Array([...start, ...rest]));
	fc.assert(fc.property(fc.oneof(bytes, fc.uint8Array({maxLength: 1200})), plaintext => {
		office.replay(2, sealed(3, plaintext, sequence++));
		office.replay(1, sealed(3, plaintext, sequence++));
	}), {numRuns: 3000});
	await office.pass(10_000);
	t.is(done.size, 0);
	t.true((await office.until(office.letters(1).ask(2, {verb: 'v', number: 1}, {timeoutMs}))).ok);
	t.true(office.refused.includes('letter'));
});

test('a datagram for another node counts as astray', t => {
	const {office} = countingOffice();
	office.replay(2, sealed(1, Buffer.from([1, 1, 3, 0, ...Array.from({length: 16}, () => 7)]), 1));
	t.deepEqual(office.refused, ['astray letter']);
});
