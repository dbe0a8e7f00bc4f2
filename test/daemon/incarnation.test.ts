import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {nextIncarnation, recordIncarnation} from '../../src/daemon/incarnation.js';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'farmctl-incarnation-'));
const clock = (ms: number) => ({wall: () => new Date(ms)});

test('an incarnation is the wall clock, and grows even when that was set back', t => {
	const runDir = folder();
	t.is(nextIncarnation(runDir, clock(5000)), 5000);
	t.is(nextIncarnation(runDir, clock(4000)), 5001);
	t.is(nextIncarnation(runDir, clock(9000)), 9000);
});

test('what the core has raised is remembered', t => {
	const runDir = folder();
	recordIncarnation(runDir, 7000);
	t.is(nextIncarnation(runDir, clock(10)), 7001);
});

test('a file that says nonsense is as good as none', t => {
	const runDir = folder();
	writeFileSync(path.join(runDir, 'incarnation'), 'yesterday');
	t.is(nextIncarnation(runDir, clock(3)), 3);
});
