import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {parseClocks} from '../../src/core/clocks/record.js';
import {clocksFileName, createClocks, type Clocks} from '../../src/daemon/clocks.js';

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(path.join(tmpdir(), 'farmctl-clocks-'));
	t.teardown(() => {
		rmSync(made, {recursive: true, force: true});
	});
	return made;
}

function life(stateDir: string, began: number): {readonly clocks: Clocks; readonly time: {now: number}; readonly events: string[]} {
	const time = {now: 0};
	const events: string[] = [];
	const clocks = createClocks({
		stateDir, life: began, clock: {nowFine: () => time.now, wall: () => new Date(began + time.now)},
		nameOf: id => id === 2 ? 'web2' : undefined,
		record({name}) {
			events.push(name);
		},
	});
	return {clocks, time, events};
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

test('what probes tell is written down where it says something new, and is there in the next life', async t => {
	const stateDir = folder(t);
	const file = path.join(stateDir, clocksFileName);
	const {clocks, time} = life(stateDir, 1000);
	time.now = 100.5;
	clocks.answered(2, {sentAt: 100, receivedAt: 100.5, clocks: {life: 7, ms: 300.25, wallMs: 61_100}});
	clocks.answered(3, {sentAt: 100, receivedAt: 100.5, clocks: {life: 7, ms: 300.25, wallMs: 61_100}});
	await until(() => existsSync(file));
	const [record] = parseClocks(readFileSync(file, 'utf8'));
	t.like(record, {peer: 'web2', peerLife: 7, life: 1000, ms: 100.25, offsetMs: 200});
	t.is(Math.round(record!.errorMs * 100), 25);
	time.now = 200;
	clocks.answered(2, {sentAt: 199.5, receivedAt: 200, clocks: {life: 7, ms: 399.75, wallMs: 61_200}});
	t.is(clocks.describe().records.length, 1, 'nothing new');
	const next = life(stateDir, 2000);
	next.time.now = 1;
	next.clocks.answered(2, {sentAt: 0.5, receivedAt: 1, clocks: {life: 7, ms: 1300, wallMs: 62_000}});
	t.deepEqual(next.clocks.describe().records.map(one => one.life), [1000, 2000]);
	await until(() => parseClocks(readFileSync(file, 'utf8')).length === 2);
	t.deepEqual(next.clocks.now(), {life: 2000, ms: 1, wallMs: 2001});
});

test('a file that is none is no hindrance; a folder that is none is said', t => {
	const stateDir = folder(t);
	writeFileSync(path.join(stateDir, clocksFileName), 'rubbish');
	t.deepEqual(life(stateDir, 1).clocks.describe().records, []);
	const {events} = life(path.join(stateDir, clocksFileName), 1);
	t.deepEqual(events, ['clocks-not-known']);
});
