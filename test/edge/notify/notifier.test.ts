import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import type {Notify} from '../../../src/core/model/application.js';
import {parseNotify} from '../../../src/core/notify/stored.js';
import type {Message, Notice} from '../../../src/core/notify/notices.js';
import {createNotifier, notifyFileName, type Notifier, type Send} from '../../../src/edge/notify/notifier.js';

const notify: Notify = {level: 'warning', groupMs: 50, webhook: undefined, mail: undefined};
const notice = (message: string, level: Notice['level'] = 'warning'): Notice => ({at: '2026-01-02T03:04:05.678Z', level, name: 'tried', message});

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(path.join(tmpdir(), 'farmctl-notify-'));
	t.teardown(() => {
		rmSync(made, {recursive: true, force: true});
	});
	return made;
}

async function until(isSo: () => boolean): Promise<void> {
	const end = Date.now() + 20_000;
	while (!isSo()) {
		if (Date.now() > end) {
			throw new Error('not so within 20 s');
		}

		await delay(10);
	}
}

/** `fails`: why each message does not go out, while it says so. */
function channel(): {readonly send: Send; readonly sent: Message[]; fails: string | undefined; hangs: boolean} {
	const self = {
		sent: [] as Message[], fails: undefined as string | undefined, hangs: false,
		async send(message: Message, signal: AbortSignal): Promise<void> {
			if (self.hangs) {
				await new Promise((_resolve, reject) => {
					signal.addEventListener('abort', () => {
						reject(new Error('given up'));
					});
				});
			}

			if (self.fails !== undefined) {
				throw new Error(self.fails);
			}

			self.sent.push(message);
		},
	};
	return self;
}

type Life = {readonly notifier: Notifier; readonly events: string[]; readonly time: {ahead: number}};

function life(stateDir: string, sends: Parameters<typeof createNotifier>[0]['sends'], change: Partial<Notify> = {}): Life {
	const events: string[] = [];
	const time = {ahead: 0};
	const notifier = createNotifier({
		stateDir, sends, notify: {...notify, ...change}, now: () => Date.now() + time.ahead,
		record({name, message}) {
			events.push(`${name}: ${message}`);
		},
	});
	return {notifier, events, time};
}

const texts = ({sent}: {readonly sent: readonly Message[]}): string[][] => sent.map(({notices}) => notices.map(({message}) => message));

test('events that come together are one message, by every channel; those below the level are none', async t => {
	const [mail, webhook] = [channel(), channel()];
	const {notifier, events} = life(folder(t), {mail: mail.send, webhook: webhook.send});
	notifier.note(notice('web2 is dead'));
	notifier.note(notice('hm', 'info'));
	notifier.note(notice('web3 is dead', 'error'));
	await until(() => mail.sent.length === 1 && webhook.sent.length === 1);
	t.deepEqual([texts(mail), texts(webhook)], [[['web2 is dead', 'web3 is dead']], [['web2 is dead', 'web3 is dead']]]);
	t.is(mail.sent[0]!.level, 'error');
	await notifier.close();
	t.deepEqual(events, []);
});

test('a channel that fails is said once, holds no other back, and gets all in order when it works again', async t => {
	const [mail, webhook] = [channel(), channel()];
	mail.fails = 'it answers 554';
	const {notifier, events, time} = life(folder(t), {mail: mail.send, webhook: webhook.send});
	for (const [index, word] of ['one', 'two'].entries()) {
		notifier.note(notice(word));
		await until(() => webhook.sent.length === index + 1);
	}

	await until(() => events.length === 1);
	t.is(events[0], 'notify-failed: message 1 did not go out by mail: it answers 554; it is sent again');
	mail.fails = undefined;
	time.ahead = 3_600_000;
	notifier.note(notice('three'));
	await until(() => mail.sent.length === 3);
	t.deepEqual(texts(mail), [['one'], ['two'], ['three']]);
	t.is(events[1], 'notify-mended: the mail takes messages again');
	await notifier.close();
});

test('what is owed outlives the daemon', async t => {
	const stateDir = folder(t);
	const failing = channel();
	failing.fails = 'no route';
	const first = life(stateDir, {mail: failing.send});
	first.notifier.note(notice('one'));
	await until(() => first.events.length === 1);
	first.notifier.note(notice('two'));
	await first.notifier.leave();
	t.is(parseNotify(readFileSync(path.join(stateDir, notifyFileName), 'utf8'))!.messages.length, 1);
	const working = channel();
	const second = life(stateDir, {mail: working.send});
	await until(() => working.sent.length === 2);
	t.deepEqual(texts(working), [['one'], ['two']]);
	await second.notifier.close();
});

test('at the end what was gathered goes out at once, and a server that hangs is left', async t => {
	const stateDir = folder(t);
	const [mail, webhook] = [channel(), channel()];
	mail.hangs = true;
	const {notifier} = life(stateDir, {mail: mail.send, webhook: webhook.send}, {groupMs: 3_600_000});
	notifier.note(notice('the node stops'));
	await notifier.close();
	t.deepEqual(texts(webhook), [['the node stops']]);
	t.deepEqual(parseNotify(readFileSync(path.join(stateDir, notifyFileName), 'utf8'))!.messages.map(({owed}) => owed), [['mail']]);
});

test('a file that is none is said, and nothing else is lost by it', async t => {
	const stateDir = folder(t);
	writeFileSync(path.join(stateDir, notifyFileName), 'rubbish');
	const mail = channel();
	const {notifier, events} = life(stateDir, {mail: mail.send});
	t.regex(events[0]!, /^notify-lost: /u);
	notifier.note(notice('one'));
	await notifier.close();
	t.deepEqual(texts(mail), [['one']]);
	t.true(existsSync(path.join(stateDir, notifyFileName)));
});
