import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {letterBytesMax} from '../../src/core/letters/datagram.js';
import {monoMs} from '../../src/core/model/time.js';
import {keepEvents, type EventKeeping} from '../../src/daemon/event-keeping.js';
import {createJournal, type Journal} from '../../src/daemon/journal.js';
import {firstPlace} from '../../src/edge/events/read-events.js';

function life(t: ExecutionContext, stateDir: string, began: number): {readonly journal: Journal; readonly keeping: EventKeeping} {
	const journal = createJournal(() => undefined, {now: () => monoMs(0), nowFine: () => 1.234567, wall: () => new Date(began)});
	journal.record({level: 'info', name: 'early', message: 'before anything is kept'});
	const keeping = keepEvents(journal, {stateDir, owner: {farm: 'web', node: 'web1'}, now: () => 0});
	t.teardown(keeping.close);
	return {journal, keeping};
}

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(path.join(tmpdir(), 'farmctl-keeping-'));
	t.teardown(() => {
		rmSync(made, {recursive: true, force: true});
	});
	return made;
}

test('one life after another, with the clocks of each', async t => {
	const stateDir = folder(t);
	const first = life(t, stateDir, 1000);
	first.journal.record({level: 'info', name: 'later', message: 'and what came then', fields: {count: 1}});
	await first.keeping.close();
	const second = life(t, stateDir, 2000);
	const page = await second.keeping.page(firstPlace);
	t.deepEqual(page.events.map(({name, life: one, sequence, ms}) => [name, one, sequence, ms]), [['early', 1000, 1, 1.235], ['later', 1000, 2, 1.235], ['early', 2000, 1, 1.235]]);
	const end = await second.keeping.page(page.next);
	t.deepEqual([end.events, end.isEnd], [[], true]);
});

test('what the disk does not take is told from memory', async t => {
	const file = path.join(folder(t), 'file');
	writeFileSync(file, '');
	const {journal, keeping} = life(t, file, 1000);
	const page = await keeping.page(firstPlace);
	t.deepEqual(page.events.map(({name}) => name), ['early', 'events-not-kept']);
	t.true(page.isEnd);
	t.regex(journal.entries()[1]!.message, /events are not kept on the disk: /u);
});

test('what is told from memory fits a letter: the last of it', async t => {
	const file = path.join(folder(t), 'file');
	writeFileSync(file, '');
	const {journal, keeping} = life(t, file, 1000);
	for (let index = 0; index < 100; index++) {
		journal.record({level: 'info', name: 'long', message: `${index} ${'x'.repeat(4000)}`});
	}

	const {events} = await keeping.page(firstPlace);
	t.is(events.at(-1)!.sequence, journal.entries().at(-1)!.sequence);
	t.true(events.length > 20 && events.length < 50, `${events.length}`);
	t.true(JSON.stringify(events).length < letterBytesMax);
});
