import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {createServiceNotes, endLeftovers} from '../../../src/edge/services/leftovers.js';
import {launchCommand, type Launched} from '../../../src/edge/program/launch.js';
import {eventually, isAlive, longMs, newFolder, shell} from './support.js';

async function launch(text: string): Promise<{readonly program: Launched; readonly pid: number; readonly child: number}> {
	const lines: string[] = [];
	const program = launchCommand(shell(text), {
		line(line) {
			lines.push(line);
		},
	});
	await eventually(() => lines.length > 0);
	return {program, pid: program.pid!, child: Number(lines[0])};
}

test('what a crashed daemon supervised is ended with all that it started', async t => {
	const folder = newFolder();
	const {pid, child} = await launch('sleep 1000 & echo $!; wait');
	createServiceNotes(folder).note('app', pid);
	t.deepEqual(await endLeftovers(folder, longMs), ['app']);
	t.false(isAlive(pid));
	t.false(isAlive(child));
	t.deepEqual(await endLeftovers(folder, longMs), []);
});

test('it is ended though its leader is gone, and killed where it ignores being asked', async t => {
	const folder = newFolder();
	const {program, pid, child} = await launch('(trap "" TERM; sleep 1000 & wait; sleep 1000) & echo $!; wait');
	createServiceNotes(folder).note('app', pid);
	process.kill(pid, 'SIGKILL');
	await program.ended;
	t.true(isAlive(child));
	t.deepEqual(await endLeftovers(folder, 200), ['app']);
	t.false(isAlive(child));
});

test('another process with that pid, an earlier life of the machine, or rubbish: nothing is ended', async t => {
	const folder = newFolder();
	const {program, pid} = await launch('echo 0; exec sleep 1000');
	const file = path.join(folder, 'services.json');
	createServiceNotes(folder).note('app', pid);
	const text = readFileSync(file, 'utf8');
	for (const changed of [
		text.replace(/"startTicks":\d+/u, '"startTicks":1'), text.replace(/"boot":"[^"]+"/u, '"boot":"other"'), '{', 'null', '{"boot":1}', '',
	]) {
		writeFileSync(file, changed);

		t.deepEqual(await endLeftovers(folder, 0), []);
	}

	t.true(isAlive(pid));
	writeFileSync(file, text);
	t.deepEqual(await endLeftovers(folder, longMs), ['app']);
	await program.ended;
});

test('what was stopped is noted no more', async t => {
	const folder = newFolder();
	const {program, pid} = await launch('echo 0; exec sleep 1000');
	const notes = createServiceNotes(folder);
	notes.note('app', pid);
	notes.note('app', undefined);
	t.deepEqual(await endLeftovers(folder, longMs), []);
	t.true(isAlive(pid));
	program.terminate(longMs);
	await program.ended;
});
