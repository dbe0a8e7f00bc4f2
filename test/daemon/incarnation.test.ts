import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import type {FarmEvent} from '../../src/core/model/event.js';
import {incarnationMax} from '../../src/core/protocol/heartbeat.js';
import {incarnationClockMax, nextIncarnation, noteIncarnation, recordIncarnation} from '../../src/daemon/incarnation.js';

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

test('a clock far beyond its time does not use the numbers up', t => {
	t.is(nextIncarnation(folder(), clock(8.64e15)), incarnationClockMax);
	t.is(nextIncarnation(folder(), clock(-5)), 1);
});

test('after the last number there is a life again, by the clock', t => {
	const runDir = folder();
	recordIncarnation(runDir, incarnationMax);
	t.is(nextIncarnation(runDir, clock(2000)), 2000);
});

test('a life that cannot be recorded is told, and goes on', t => {
	const runDir = path.join(folder(), 'file');
	writeFileSync(runDir, '');
	const events: FarmEvent[] = [];
	const record = (event: FarmEvent): void => {
		events.push(event);
	};

	noteIncarnation({runDir, journal: {record}}, 5);
	t.like(events, [{name: 'life-not-recorded', fields: {incarnation: 5}}]);
});
