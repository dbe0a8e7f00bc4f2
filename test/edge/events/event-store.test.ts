import {appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {KeptEvent} from '../../../src/core/events/kept-event.js';
import {eventFileBytesMax, eventFilesMax, eventFolderName} from '../../../src/edge/events/event-folder.js';
import {createEventStore, eventRetryMs, eventsWaitingMax, type EventStore} from '../../../src/edge/events/event-store.js';
import {firstPlace, placeOfLast, placeSince, readEventOwner, readEventPage} from '../../../src/edge/events/read-events.js';

const owner = {farm: 'web', node: 'web1'};

const eventOf = (sequence: number, message = `event ${sequence}`): KeptEvent => ({
	at: '2026-01-02T03:04:05.678Z', level: 'info', name: 'tried', message, fields: {sequence}, life: 1000, ms: sequence, sequence,
});

type Subject = {readonly stateDir: string; readonly store: EventStore; readonly told: string[]; readonly time: {now: number}};

function subject(t: ExecutionContext, stateDir = folder(t)): Subject {
	const told: string[] = [];
	const time = {now: 0};
	const store = createEventStore({
		stateDir, owner, now: () => time.now,
		failed(reason) {
			told.push(`failed: ${reason}`);
		},
		mended(lostCount) {
			told.push(`mended: ${lostCount} lost`);
		},
	});
	t.teardown(store.close);
	return {stateDir, store, told, time};
}

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(path.join(tmpdir(), 'farmctl-events-'));
	t.teardown(() => {
		rmSync(made, {recursive: true, force: true});
	});
	return made;
}

async function sequences(stateDir: string, from = firstPlace): Promise<number[]> {
	const found: number[] = [];
	let page = await readEventPage(stateDir, from);
	found.push(...page.events.map(({sequence}) => sequence));
	while (!page.isEnd) {
		page = await readEventPage(stateDir, page.next);
		found.push(...page.events.map(({sequence}) => sequence));
	}

	return found;
}

const upTo = (count: number, from = 1): number[] => Array.from({length: count - from + 1}, (_, index) => from + index);

test('what is kept is read in its order, by the next daemon too', async t => {
	const {stateDir, store, told} = subject(t);
	for (const sequence of upTo(300)) {
		store.keep(eventOf(sequence));
	}

	await store.close();
	const next = subject(t, stateDir);
	next.store.keep(eventOf(301));
	await next.store.settled();
	t.deepEqual(await sequences(stateDir), upTo(301));
	t.is(next.store.writtenSequence(), 301);
	t.deepEqual(await readEventOwner(stateDir), owner);
	t.is(readdirSync(path.join(stateDir, eventFolderName)).length, 1);
	t.deepEqual(told, []);
});

test('files are full, follow one another, and the oldest go; a place in one that is gone leads to the next', async t => {
	const {stateDir, store} = subject(t);
	const message = 'x'.repeat(4000);
	const count = Math.ceil((eventFilesMax + 2) * eventFileBytesMax / message.length);
	for (const sequence of upTo(count)) {
		store.keep(eventOf(sequence, message));
		if (sequence % 50 === 0) {
			await store.settled();
		}
	}

	await store.settled();
	const names = readdirSync(path.join(stateDir, eventFolderName));
	t.is(names.length, eventFilesMax);
	t.false(names.includes('00000001.jsonl'));
	const found = await sequences(stateDir);
	t.deepEqual(found, upTo(count, found[0]));
	t.true(found.length > (eventFilesMax - 1) * eventFileBytesMax / 5000);
	const last = await sequences(stateDir, await placeOfLast(stateDir, 600));
	t.true(last.length >= 600 && last.length < 700, `${last.length}`);
	t.deepEqual(last, upTo(count, count - last.length + 1));
});

test('a line that a crash left half is passed over, and so is what else is no event', async t => {
	const {stateDir, store} = subject(t);
	store.keep(eventOf(1));
	await store.close();
	appendFileSync(path.join(stateDir, eventFolderName, '00000001.jsonl'), '{"at":"2026-01-02T03:04:05.678Z"}\nnull\n[]\n{"at":"2026-01');
	const next = subject(t, stateDir);
	next.store.keep(eventOf(2));
	await next.store.settled();
	t.deepEqual(await sequences(stateDir), [1, 2]);
});

test('a disk that fails is told once, tried again later, and what it never got is counted', async t => {
	const stateDir = folder(t);
	// A file where the folder would be.
	writeFileSync(path.join(stateDir, eventFolderName), '');
	const {store, told, time} = subject(t, stateDir);
	for (const sequence of upTo(eventsWaitingMax + 20)) {
		store.keep(eventOf(sequence));
	}

	await store.settled();
	t.is(told.length, 1);
	t.regex(told[0]!, /^failed: ENOTDIR|^failed: EEXIST/u);
	rmSync(path.join(stateDir, eventFolderName));
	store.keep(eventOf(2000));
	await store.settled();
	t.is(told.length, 1, 'not tried again at once');
	time.now = eventRetryMs;
	store.keep(eventOf(2001));
	await store.settled();
	t.deepEqual(told.slice(1), ['mended: 22 lost']);
	t.deepEqual((await sequences(stateDir)).slice(-2), [2000, 2001]);
});

test('a full disk costs no file: when there is room again the old ones are there', async t => {
	const stateDir = folder(t);
	const old = subject(t, stateDir);
	old.store.keep(eventOf(1));
	await old.store.close();
	symlinkSync('/dev/full', path.join(stateDir, eventFolderName, '00000002.jsonl'));
	const {store, told, time} = subject(t, stateDir);
	for (let attempt = 0; attempt < 2 * eventFilesMax; attempt++) {
		time.now += eventRetryMs;
		store.keep(eventOf(2 + attempt));
		await store.settled();
	}

	t.is(told.length, 1);
	t.regex(told[0]!, /^failed: ENOSPC/u);
	t.deepEqual(readdirSync(path.join(stateDir, eventFolderName)), ['00000001.jsonl', '00000002.jsonl']);
	rmSync(path.join(stateDir, eventFolderName, '00000002.jsonl'));
	time.now += eventRetryMs;
	store.keep(eventOf(2 + (2 * eventFilesMax)));
	await store.settled();
	t.deepEqual(await sequences(stateDir), upTo(2 + (2 * eventFilesMax)));
	t.is(told[1], 'mended: 0 lost');
});

test('another node\'s events are not written to', async t => {
	const stateDir = folder(t);
	mkdirSync(path.join(stateDir, eventFolderName));
	const file = path.join(stateDir, eventFolderName, '00000001.jsonl');
	writeFileSync(file, '{"farm":"web","node":"web2"}\n');
	const {store, told} = subject(t, stateDir);
	store.keep(eventOf(1));
	await store.settled();
	t.regex(told[0]!, /keeps the events of node web2 of farm web; give the daemon of web1 a folder of its own/u);
	t.is(readFileSync(file, 'utf8'), '{"farm":"web","node":"web2"}\n');
});

test('of a message without end a part is kept', async t => {
	const {stateDir, store} = subject(t);
	store.keep(eventOf(1, 'x'.repeat(1_000_000)));
	store.keep(eventOf(2));
	await store.settled();
	t.deepEqual(await sequences(stateDir), [1, 2]);
});

test('files whose successor begins before the time are passed over', async t => {
	const {stateDir, store} = subject(t);
	const message = 'x'.repeat(4000);
	const at = (hour: number): string => `2026-01-02T0${hour}:00:00.000Z`;
	const kept: number[] = [];
	for (let hour = 1; hour <= 3; hour++) {
		for (let index = 0; index < 300; index++) {
			kept.push((hour * 1000) + index);
			store.keep({...eventOf((hour * 1000) + index, message), at: at(hour)});
		}

		await store.settled();
	}

	const from = async (hour: number): Promise<number[]> => sequences(stateDir, await placeSince(stateDir, Date.parse(at(hour))));
	t.deepEqual(await from(0), kept);
	t.deepEqual(await from(1), kept);
	t.true((await from(3))[0]! > 1000);
	t.deepEqual((await from(3)).filter(sequence => sequence >= 3000), kept.filter(sequence => sequence >= 3000));
	t.true((await from(4)).length <= 300);
	t.deepEqual(await placeSince(folder(t), 0), firstPlace);
});
