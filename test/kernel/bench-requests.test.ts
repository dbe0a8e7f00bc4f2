/** The traffic of the application benchmark tells each failure for what it is: programs on loopback, no farm. */

import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import net, {type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import test, {type ExecutionContext} from 'ava';
import {askAt} from '../bench/applications/farm.js';
import {applicationProgram} from '../bench/applications/texts.js';
import type {ComeLook, ComePlan} from '../bench/traffic/come.js';
import {until} from './support/lab.js';

const come = path.join(import.meta.dirname, '../bench/traffic/come.js');
const name = 'web7';
/** So long that some are in flight whenever it is killed. */
const workMs = 100;

function start(t: ExecutionContext, ...words: readonly string[]): ChildProcess {
	const child = spawn(process.execPath, words, {stdio: ['pipe', 'pipe', 'inherit'], env: {...process.env, FARMCTL_NODE: name}});
	t.teardown(() => child.kill('SIGKILL'));
	return child;
}

async function freePort(): Promise<number> {
	const server = net.createServer().listen(0);
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

async function answers(socket: string): Promise<boolean> {
	try {
		await askAt(socket, 'look');
		return true;
	} catch {
		return false;
	}
}

test('what is served, refused, wrong, and reset in flight is told apart', async t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-requests-'));
	t.teardown(() => {
		rmSync(folder, {recursive: true});
	});
	const port = await freePort();
	const application = start(t, applicationProgram, folder, '--port', String(port), '--work', String(workMs));
	const socket = path.join(folder, `${name}.sock`);
	await until(async () => answers(socket));
	const plan: ComePlan = {port, perSecond: 100, sources: ['127.0.0.1', '127.0.0.2'].map(source => ({source, target: '127.0.0.1'})), dialect: 'http', isEachTold: true};
	const traffic = start(t, come, JSON.stringify(plan));
	const lines = createInterface({input: traffic.stdout!})[Symbol.asyncIterator]();
	const look = async (): Promise<ComeLook> => {
		traffic.stdin!.write('look\n');
		return JSON.parse((await lines.next()).value!) as ComeLook;
	};

	const seen = async (isWanted: (look: ComeLook) => boolean): Promise<ComeLook> => {
		let found: ComeLook | undefined;
		await until(async () => {
			found = await look();
			return isWanted(found);
		});
		return found!;
	};

	const well = await seen(({served}) => served > 0);
	t.deepEqual(well.failed, []);
	t.true(well.answers.every(({node, atMs, begunAtMs}) => node === name && atMs > begunAtMs));

	await askAt(socket, 'failing');
	const wrong = await seen(({failed, served}) => failed.length > 0 && served === 0);
	t.true(wrong.failed.every(({what, reason}) => what === 'wrong' && reason === 'HTTP 500'), JSON.stringify(wrong.failed[0]));

	await askAt(socket, 'closed');
	const refused = await seen(({failed, served}) => failed.length > 0 && failed.every(({what}) => what === 'refused') && served === 0);
	t.true(refused.failed.every(({establishedAtMs}) => establishedAtMs === undefined));

	await askAt(socket, 'well');
	await seen(({failed, served}) => served > 0 && failed.length === 0);
	application.kill('SIGKILL');
	const killed = await seen(({failed}) => failed.some(({what}) => what === 'reset'));
	t.true(killed.failed.filter(({what}) => what === 'reset').every(({establishedAtMs}) => establishedAtMs !== undefined));
	t.true(killed.failed.every(({what}) => ['reset', 'refused'].includes(what)), JSON.stringify(killed.failed));
});
