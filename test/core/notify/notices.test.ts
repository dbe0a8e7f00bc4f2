import test from 'ava';
import fc from 'fast-check';
import {
	isNotified, makeMessage, messageDueAt, messageFailed, messageSent, messagesPerHourMax, messagesWaitingMax, nextMessage, noteNotice, nothingToNotify, noticesListedMax, notifyRetryMaxMs,
	notifyRetryMs, resumeNotify, type Notice, type NotifyState,
} from '../../../src/core/notify/notices.js';
import {parseNotify, renderNotify} from '../../../src/core/notify/stored.js';
import {bodyOf, subjectOf, webhookBody} from '../../../src/core/notify/text.js';

const groupMs = 60_000;
const hourMs = 3_600_000;
const sender = {farm: 'web', node: 'web1'};

const notice = (message: string, level: Notice['level'] = 'warning'): Notice => ({at: '2026-01-02T03:04:05.678Z', level, name: 'tried', message});

function noted(count: number, state = nothingToNotify, now = 0): NotifyState {
	let all = state;
	for (let index = 1; index <= count; index++) {
		all = noteNotice(all, notice(`event ${index}`), now);
	}

	return all;
}

test('what comes within a minute of the first is one message', t => {
	let state = noted(1, nothingToNotify, 1000);
	t.is(messageDueAt(state, groupMs, 60_000), 1000 + groupMs);
	state = noteNotice(state, notice('worse', 'error'), 50_000);
	t.is(messageDueAt(state, groupMs, 60_000), 1000 + groupMs);
	state = makeMessage(state, ['mail', 'webhook'], 61_000);
	t.is(messageDueAt(state, groupMs, 62_000), undefined);
	const {message} = nextMessage(state, 'mail', 4000)!;
	t.deepEqual([message.sequence, message.level, message.notices.map(one => one.message), message.more], [1, 'error', ['event 1', 'worse'], 0]);
	t.is(makeMessage(state, ['mail'], 61_000), state, 'nothing more');
});

test('so many an hour; what comes above that is the next message', t => {
	let state = nothingToNotify;
	for (let index = 0; index < messagesPerHourMax; index++) {
		state = makeMessage(noted(1, state, index * groupMs), ['mail'], (index + 1) * groupMs);
	}

	const now = (messagesPerHourMax + 1) * groupMs;
	state = noted(100, state, now);
	t.is(messageDueAt(state, groupMs, now), groupMs + hourMs, 'an hour after the first');
	state = makeMessage(state, ['mail'], groupMs + hourMs);
	t.is(state.messages.at(-1)!.notices.length + state.messages.at(-1)!.more, 100);
	t.is(messageDueAt(noted(1, state, groupMs + hourMs), groupMs, groupMs + hourMs), (2 * groupMs) + hourMs);
});

test('a clock that is set back by a year stops nothing', t => {
	const year = 365 * 24 * hourMs;
	let state = nothingToNotify;
	for (let index = 0; index < messagesPerHourMax; index++) {
		state = makeMessage(noted(1, state, year), ['mail'], year);
	}

	t.is(messageDueAt(noted(1, state, 0), groupMs, 0), groupMs);
	t.is(messageDueAt(noted(1, state, year), groupMs, 0), 0, 'what was noted before as well');
});

test('each channel has its own way, in order; one that fails is tried later and later', t => {
	let state = makeMessage(noted(1, makeMessage(noted(1), ['webhook', 'mail'], 1)), ['webhook', 'mail'], 2);
	state = messageFailed(state, 'mail', 1000);
	t.deepEqual(nextMessage(state, 'mail', 4000)!.at, 1000 + notifyRetryMs);
	state = messageFailed(state, 'mail', 2000);
	t.deepEqual(nextMessage(state, 'mail', 4000)!.at, 2000 + (2 * notifyRetryMs));
	for (let index = 0; index < 20; index++) {
		state = messageFailed(state, 'mail', 3000);
	}

	t.is(nextMessage(state, 'mail', 4000)!.at, 3000 + notifyRetryMaxMs);
	state = messageSent(messageSent(state, 1, 'webhook'), 2, 'webhook');
	t.is(nextMessage(state, 'webhook', 4000), undefined);
	t.is(nextMessage(state, 'mail', 4000)!.message.sequence, 1);
	state = messageSent(state, 1, 'mail');
	t.deepEqual([nextMessage(state, 'mail', 4000)!.message.sequence, nextMessage(state, 'mail', 4000)!.at], [2, 0]);
	t.deepEqual(messageSent(state, 2, 'mail').messages, []);
});

test('of too many the oldest are joined and counted: nothing is lost', t => {
	let state = nothingToNotify;
	for (let index = 0; index < messagesWaitingMax + 100; index++) {
		state = makeMessage(noted(1, state), ['mail'], index * hourMs);
	}

	t.is(state.messages.length, messagesWaitingMax);
	const [oldest] = state.messages;
	t.is(oldest!.notices.length, noticesListedMax);
	let told = 0;
	for (const {notices, more} of state.messages) {
		told += notices.length + more;
	}

	t.is(told, messagesWaitingMax + 100);
});

test('the next daemon goes on with what is owed by channels that there still are', t => {
	const state = messageFailed(makeMessage(noted(2), ['webhook', 'mail'], 1), 'mail', 5);
	const read = parseNotify(renderNotify(noted(1, state)))!;
	t.deepEqual(read, {...noted(1, state), troubles: {}});
	t.deepEqual(resumeNotify(read, ['mail']).messages.map(({owed}) => owed), [['mail']]);
	t.deepEqual(resumeNotify(read, []).messages, []);
	for (const text of ['', 'null', '{}', renderNotify(state).replace('"mail"', '"pigeon"'), renderNotify(state).replace('"more": 0', '"more": -1')]) {
		t.is(parseNotify(text), undefined);
	}

	fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => {
		parseNotify(text);
		return true;
	}));
});

test('events of the level and above are told, but not that telling failed', t => {
	t.true(isNotified({level: 'warning', name: 'node-dead'}, {level: 'warning'}));
	t.true(isNotified({level: 'error', name: 'node-dead'}, {level: 'warning'}));
	t.false(isNotified({level: 'info', name: 'node-alive'}, {level: 'warning'}));
	t.false(isNotified({level: 'error', name: 'notify-failed'}, {level: 'info'}));
});

test('the subject says the worst, the text all that is listed', t => {
	let state = noteNotice(noted(noticesListedMax + 3), notice('web2 is\ndead', 'error'), 0);
	state = makeMessage(noteNotice(state, notice('late'), 0), ['mail'], 1);
	const [message] = state.messages;
	t.is(subjectOf(message!, sender), `web: web1: web2 is dead (and ${noticesListedMax + 4} more)`);
	t.regex(bodyOf(message!, sender), /event 49\n.*web2 is\ndead\nand 5 more: farmctl events --since 2026-01-02T03:04:05\.678Z\n\nMessage 1 of node web1, farm web/u);
	t.like(webhookBody(message!, sender), {schema: 'farmctl/notice/1', farm: 'web', node: 'web1', sequence: 1, level: 'error', more: 5});
});
