import {mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {readState, writeState} from '../../../src/edge/state/state-folder.js';
import {SystemFailure} from '../../../src/errors.js';

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(path.join(tmpdir(), 'farmctl-state-'));
	t.teardown(() => {
		rmSync(made, {recursive: true});
	});
	return made;
}

test('what is written is read, for its owner alone, and nothing lies beside it', t => {
	const stateDir = path.join(folder(t), 'deep/state');
	t.is(readState(stateDir, 'a.json'), undefined);
	writeState(stateDir, 'a.json', 'one');
	writeState(stateDir, 'a.json', 'two');
	t.is(readState(stateDir, 'a.json'), 'two');
	t.deepEqual(readdirSync(stateDir), ['a.json']);
	t.is(statSync(path.join(stateDir, 'a.json')).mode & 0o777, 0o600);
	t.is(statSync(stateDir).mode & 0o777, 0o700);
});

test('what cannot be written leaves the old one, and is named', t => {
	const stateDir = folder(t);
	writeState(stateDir, 'a.json', 'one');
	// Where the new one would be written.
	mkdirSync(path.join(stateDir, 'a.json.new'));
	t.throws(() => {
		writeState(stateDir, 'a.json', 'two');
	}, {instanceOf: SystemFailure, message: /a\.json'/u});
	t.is(readState(stateDir, 'a.json'), 'one');
});

test('a folder that is none is no empty folder', t => {
	const file = path.join(folder(t), 'file');
	writeFileSync(file, '');
	t.throws(() => readState(file, 'a.json'), {instanceOf: SystemFailure});
});
