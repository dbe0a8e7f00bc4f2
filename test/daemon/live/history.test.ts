import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {versionsMax} from '../../../src/core/control/change-orders.js';
import {openHistory} from '../../../src/daemon/live/history.js';
import {SystemFailure} from '../../../src/errors.js';

const owner = {farm: 'web', node: 'web1'};
const versionOf = (text: string) => ({at: '2026-01-01T00:00:00.000Z', who: 'root on web1', fingerprint: '00000000000000aa', text});

async function folder(t: ExecutionContext): Promise<string> {
	const made = await mkdtemp(path.join(tmpdir(), 'farmctl-history-'));
	t.teardown(async () => rm(made, {recursive: true}));
	return made;
}

test('versions count from 1, the newest is last, the same text twice is one, and only the last are kept', async t => {
	const history = openHistory(await folder(t), owner);
	t.deepEqual(history.versions(), []);
	for (let index = 0; index < versionsMax + 3; index++) {
		history.add(versionOf(`text ${index}`));
		history.add(versionOf(`text ${index}`));
	}

	t.is(history.versions().length, versionsMax);
	t.like(history.versions()[0], {version: 4, text: 'text 3'});
	t.is(history.versions().at(-1)!.version, versionsMax + 3);
});

test('another node\'s, and what farmctl did not write, is refused', async t => {
	const place = await folder(t);
	openHistory(place, owner).add(versionOf('text'));
	t.throws(() => {
		openHistory(place, {farm: 'web', node: 'web2'}).add(versionOf('text'));
	}, {instanceOf: SystemFailure, message: /remembers node web1 of farm web/});
	await writeFile(path.join(place, 'configurations.json'), '{"farm": "web", "node": "web1", "versions": [1]}');
	t.throws(() => openHistory(place, owner).versions(), {instanceOf: SystemFailure, message: /is not what farmctl wrote/});
});
