/** The farm key is changed under load, in the right order without a trace and in wrong ones with a word; a node that has another key stays apart. */

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import type {Status} from '../../src/core/status/status.js';
import {generateKey} from '../../src/edge/config/load-key.js';
import {knocker} from './support/knocker.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();

/** Registers the test; skipped, with the reason in its title, where namespaces cannot be had. */
function farmTest(title: string, work: (t: ExecutionContext) => Promise<void>): void {
	if (reason === undefined) {
		test.serial(title, work);
	} else {
		test.skip(`${title} (${reason})`, t => {
			t.fail();
		});
	}
}

const names = ['web1', 'web2', 'web3'];

type KeyFile = {readonly old: string; readonly write: (...lines: readonly string[]) => void};

async function keyFileOf(lab: Lab): Promise<KeyFile> {
	const {folder} = JSON.parse(await lab.farmctl('status', '--json')) as {folder: string};
	const file = path.join(folder, 'farm.key');
	return {
		old: readFileSync(file, 'utf8').trim(),
		write(...lines) {
			writeFileSync(file, `${lines.join('\n')}\n`);
		},
	};
}

async function statusOf(lab: Lab, name: string): Promise<Status | undefined> {
	return (await lab.nodes()).find(node => node.name === name)?.status;
}

async function hangUp(lab: Lab, name: string): Promise<void> {
	process.kill((await lab.nodes()).find(node => node.name === name)!.daemon!, 'SIGHUP');
}

/** Tells one node after the other to read its files, each when the one before has these keys. */
async function rollOut(lab: Lab, isDone: (keys: Status['keys']) => boolean): Promise<void> {
	for (const name of names) {
		await hangUp(lab, name);
		await until(async () => {
			const status = await statusOf(lab, name);
			return status !== undefined && isDone(status.keys);
		});
	}
}

const eventNames = (status: Status | undefined): string[] => status?.events.map(({name}) => name) ?? [];
const told = (status: Status | undefined, name: string): readonly string[] => status?.events.filter(event => event.name === name).map(({message}) => message) ?? [];

farmTest('a key is changed under load: nobody notices', async t => {
	// A busy machine must not be what moves a slot.
	const lab = await labFor(t, 'keyrotation', '--detection', '5s');
	const {old, write} = await keyFileOf(lab);
	const fresh = generateKey().trim();
	const knocking = await knocker(lab, {clients: 4});
	const before = await lab.nodes();
	const oldId = before[0]!.status!.keys.sealing;

	write('no key at all');
	await hangUp(lab, 'web1');
	await until(async () => eventNames(await statusOf(lab, 'web1')).at(-1) === 'reload-refused');
	t.regex(told(await statusOf(lab, 'web1'), 'reload-refused').at(-1)!, /line 1 of the key file .* is not 64 hexadecimal digits/u);

	write(old, fresh);
	await rollOut(lab, ({accepted}) => accepted.length === 2);
	write(fresh);
	await hangUp(lab, 'web1');
	await until(async () => told(await statusOf(lab, 'web1'), 'reload-refused').length === 2);
	t.regex(told(await statusOf(lab, 'web1'), 'reload-refused').at(-1)!, /nothing was changed: web[23] seals with key [\da-f]{8}, which is not in .*farm\.key any more/u);

	write(fresh, old);
	await rollOut(lab, ({sealing}) => sealing !== oldId);
	const freshId = (await statusOf(lab, 'web1'))!.keys.sealing;
	await until(async () => (await lab.nodes()).every(({status}) => status?.nodes.every(({key}) => key === freshId)));
	write(fresh);
	await rollOut(lab, ({accepted}) => accepted.length === 1);

	const report = await knocking.stop();
	const after = await lab.nodes();
	t.log(JSON.stringify(report));
	for (const [index, {name, status}] of after.entries()) {
		t.is(status!.view.generation, before[index]!.status!.view.generation, `${name}: nothing moved`);
		t.deepEqual(status!.rejected, {}, `${name}: nothing was refused`);
		t.deepEqual(told(status, 'node-key-changed').length, 2, `${name} was told of both peers`);
		t.deepEqual(eventNames(status).filter(event => ['lease-lapsed', 'slots-released', 'node-dead'].includes(event)), []);
		t.false(JSON.stringify(status).includes(fresh.slice(0, 16)), 'no secret is told');
	}

	t.falsy(report.outcomes.ECONNREFUSED);
	t.true(report.outcomes.open! > 100);
});

farmTest('in the wrong order the node that is ahead waits apart, both sides say why, and it returns when the others follow', async t => {
	const lab = await labFor(t, 'keyahead');
	const {old, write} = await keyFileOf(lab);
	write(generateKey().trim(), old);
	await hangUp(lab, 'web1');
	await until(async () => (await statusOf(lab, 'web1'))?.state === 'WAIT');
	await until(async () => {
		const status = await statusOf(lab, 'web2');
		return status?.coverage.owned === status?.coverage.total && status?.view.members.length === 2;
	});
	const [refusal] = told(await statusOf(lab, 'web2'), 'datagram-refused');
	t.regex(refusal!, /^a datagram from (?:10\.77\.|fd00:77::)[.\d]+ was refused: sealed with key [\da-f]{8}, which is not in .*farm\.key; compare on both nodes: sha256sum /u);
	t.log((await statusOf(lab, 'web1'))!.reason);
	t.regex((await statusOf(lab, 'web1'))!.reason!, /not hear this node/u);
	await hangUp(lab, 'web2');
	await hangUp(lab, 'web3');
	await lab.settled();
	t.pass();
});

farmTest('a node that starts with another key waits instead of serving alone, and joins when it has the right one', async t => {
	const lab = await labFor(t, 'keywrong');
	const {old, write} = await keyFileOf(lab);
	await lab.farmctl('stop', 'web1');
	await lab.settled('web1');
	write(generateKey().trim());
	const starting = lab.farmctl('start', 'web1');
	await until(async () => (await statusOf(lab, 'web1'))?.reason?.includes('which is not in') === true);
	const apart = (await statusOf(lab, 'web1'))!;
	t.is(apart.state, 'WAIT');
	t.regex(apart.reason!, /^web[23] seals with key [\da-f]{8}, which is not in .*farm\.key$/u);
	t.true(eventNames(apart).includes('datagram-refused'));
	t.is(apart.nodes.find(({name}) => name === 'web1')!.slots, 0);
	t.true(eventNames(await statusOf(lab, 'web2')).includes('datagram-refused'));
	write(old);
	await hangUp(lab, 'web1');
	await starting;
	await lab.settled();
	t.pass();
});
