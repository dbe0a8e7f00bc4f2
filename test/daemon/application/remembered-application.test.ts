import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import type {RememberedApplication} from '../../../src/core/application/types.js';
import {nothingRemembered, readRememberedApplication, writeRememberedApplication} from '../../../src/daemon/application/remembered-application.js';
import {SystemFailure} from '../../../src/errors.js';

const owner = {farm: 'f', node: 'n'};
const remembered: RememberedApplication = {
	held: 'too many restarts', disabled: ['web'], actions: [{
		action: 'restart', subject: 'check web', reason: 'it is down', ageMs: 500,
	}],
};

const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'farmctl-remembered-'));

test('what was remembered is read with the ages as they are now, whatever became of the wall clock', t => {
	const folder = newFolder();
	t.deepEqual(readRememberedApplication(folder, owner, 0), nothingRemembered);
	writeRememberedApplication(folder, owner, remembered, 10_000);
	const ageAt = (now: number): number => readRememberedApplication(folder, owner, now).actions[0]!.ageMs;
	t.is(ageAt(13_000), 3500);
	t.is(ageAt(2000), 500);
	t.like(readRememberedApplication(folder, owner, 10_000), {held: remembered.held, disabled: ['web']});
});

test('what another node remembers is not ours', t => {
	const folder = newFolder();
	writeRememberedApplication(folder, {...owner, node: 'other'}, remembered, 0);
	t.deepEqual(readRememberedApplication(folder, owner, 0), nothingRemembered);
});

test('a file that is no such file is told', t => {
	const folder = newFolder();
	for (const text of ['', '{', '{}', '[]', 'null', JSON.stringify({...owner, ...remembered, at: 1, actions: [{action: 'other'}]}), JSON.stringify({...owner, ...remembered, at: 'x'})]) {
		writeFileSync(path.join(folder, 'application.json'), text);
		t.throws(() => readRememberedApplication(folder, owner, 0), {instanceOf: SystemFailure, message: /application\.json' is not what farmctl wrote$/u});
	}
});
