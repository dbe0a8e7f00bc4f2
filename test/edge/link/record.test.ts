import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createLinkRecord, type RecordEntry} from '../../../src/edge/link/record.js';

const entry: RecordEntry = {index: 2, kind: 'mac', value: '02:00:00:00:00:01'};
const other: RecordEntry = {...entry, index: 3};

async function directory(t: ExecutionContext): Promise<string> {
	const created = await mkdtemp(path.join(tmpdir(), 'farmctl-record-'));
	t.teardown(async () => rm(created, {recursive: true}));
	return created;
}

test('what was added is read by the next process, and the last entry takes the file with it', async t => {
	const runDir = await directory(t);
	await createLinkRecord(runDir).add(entry);
	await createLinkRecord(runDir).add(entry);
	await createLinkRecord(runDir).add(other);
	t.deepEqual(await createLinkRecord(runDir).entries(), [entry, other]);
	await createLinkRecord(runDir).remove(entry);
	t.deepEqual(await createLinkRecord(runDir).entries(), [other]);
	await createLinkRecord(runDir).remove(other);
	t.deepEqual(await readdir(runDir), []);
});

test('the run directory is made when it is needed, not before', async t => {
	const runDir = path.join(await directory(t), 'deep/er');
	const record = createLinkRecord(runDir);
	await record.remove(entry);
	t.deepEqual(await record.entries(), []);
	await t.throwsAsync(readdir(runDir), {code: 'ENOENT'});
	await record.add(entry);
	t.deepEqual(await record.entries(), [entry]);
});

test('a record of another boot or namespace says nothing here', async t => {
	const runDir = await directory(t);
	await createLinkRecord(runDir).add(entry);
	const file = path.join(runDir, 'link.json');
	await writeFile(file, (await readFile(file, 'utf8')).replace('"place":"', '"place":"other '));
	t.deepEqual(await createLinkRecord(runDir).entries(), []);
});

for (const content of ['', '{', 'null', '[]', '{"place":1,"entries":{}}', '\0']) {
	test(`a file that is no record is an empty one: ${JSON.stringify(content)}`, async t => {
		const runDir = await directory(t);
		await writeFile(path.join(runDir, 'link.json'), content);
		t.deepEqual(await createLinkRecord(runDir).entries(), []);
		await createLinkRecord(runDir).add(entry);
		t.deepEqual(await createLinkRecord(runDir).entries(), [entry]);
	});
}

test('entries that are none are left out', async t => {
	const runDir = await directory(t);
	await createLinkRecord(runDir).add(entry);
	const file = path.join(runDir, 'link.json');
	await writeFile(file, (await readFile(file, 'utf8')).replace('"entries":[', '"entries":[null,7,{"index":"2"},'));
	t.deepEqual(await createLinkRecord(runDir).entries(), [entry]);
});
