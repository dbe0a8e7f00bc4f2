import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {noApplication, type ApplicationConfig} from '../../../src/core/model/application.js';
import {monoMs} from '../../../src/core/model/time.js';
import {createJournal, type Journal} from '../../../src/daemon/journal.js';
import {createNotifying, type Notifying} from '../../../src/daemon/notify/notifying.js';

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(path.join(tmpdir(), 'farmctl-notifying-'));
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

async function webhook(t: ExecutionContext): Promise<{readonly url: string; readonly told: string[]}> {
	const told: string[] = [];
	const server = http.createServer(async (request, response) => {
		let body = '';
		for await (const chunk of request) {
			body += String(chunk);
		}

		told.push(...(JSON.parse(body) as {events: Array<{message: string}>}).events.map(({message}) => message));
		response.end();
	}).listen(0, '127.0.0.1');
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	await once(server, 'listening');
	return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, told};
}

const farmTelling = (url: string | undefined): {readonly name: string; readonly application: ApplicationConfig} => ({
	name: 'web', application: {...noApplication, notify: url === undefined ? undefined : {level: 'warning', groupMs: 20, webhook: {url, headersFile: undefined}, mail: undefined}},
});

function subject(t: ExecutionContext, entry?: URL): {readonly journal: Journal; readonly notifying: Notifying} {
	const journal = createJournal(() => undefined, {now: () => monoMs(0), nowFine: () => 0, wall: () => new Date()});
	return {journal, notifying: createNotifying({journal, node: 'web1', stateDir: folder(t), ...(entry !== undefined && {entry})})};
}

test('events are told from the start on, by the configuration as it is, and the last when the daemon ends', async t => {
	const [first, second] = await Promise.all([webhook(t), webhook(t)]);
	const {journal, notifying} = subject(t);
	journal.record({level: 'warning', name: 'early', message: 'before'});
	notifying.configured(farmTelling(first.url));
	journal.record({level: 'info', name: 'small', message: 'small'});
	await until(() => first.told.length === 1);
	notifying.configured(farmTelling(second.url));
	journal.record({level: 'error', name: 'late', message: 'while it changes'});
	await until(() => second.told.length === 1);
	notifying.configured(farmTelling(undefined));
	journal.record({level: 'error', name: 'nobody', message: 'to nobody'});
	notifying.configured(farmTelling(first.url));
	journal.record({level: 'error', name: 'last', message: 'the last'});
	await notifying.close({isLeaving: false});
	t.deepEqual(first.told, ['before', 'the last']);
	t.deepEqual(second.told, ['while it changes']);
});

test('a thread that fails is said, and the daemon goes on', async t => {
	const {journal, notifying} = subject(t, new URL('data:text/javascript,throw new Error("no memory")'));
	notifying.configured(farmTelling('http://127.0.0.1:9/'));
	await until(() => journal.entries().length > 0);
	t.deepEqual(journal.entries().map(({name}) => name), ['notify-stopped']);
	t.regex(journal.entries()[0]!.message, /no memory; it begins anew in 10 s/u);
	journal.record({level: 'error', name: 'waits', message: 'waits'});
	await notifying.close({isLeaving: true});
	t.pass();
});
