import {existsSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import type {Service} from '../../../src/core/model/application.js';
import {eventually, isAlive, newFolder, openService, type Opened} from './support.js';

const units = newFolder();
const fixtures = fileURLToPath(new URL('../../../../test/edge/services/fixtures', import.meta.url));
process.env.PATH = `${fixtures}:${process.env.PATH}`;
process.env.UNITS = units;

function open(unit: string, text: string | undefined, options: Partial<Service> = {}): Opened {
	if (text !== undefined) {
		writeFileSync(path.join(units, unit), text);
	}

	return openService({kind: 'unit', unit}, options);
}

test('a unit is started, its main process watched, and stopped', async t => {
	const {service, deaths} = open('good.service', 'exec sleep 1000');
	t.false(await service.adopt());
	const started = await service.start();
	const pid = service.pid()!;
	t.deepEqual(started, {hasSucceeded: true, reason: `good.service, pid ${pid}`});
	const next = open('good.service', undefined);
	t.true(await next.service.adopt());
	await next.service.leave();
	t.true(isAlive(pid));
	t.deepEqual(await service.stop(), {hasSucceeded: true, reason: 'good.service is inactive, dead'});
	t.deepEqual([deaths, next.deaths], [[], []]);
});

test('its death is told in systemd\'s words', async t => {
	const {service, deaths} = open('killed.service', 'exec sleep 1000');
	await service.start();
	process.kill(service.pid()!, 'SIGKILL');
	t.true(await eventually(() => deaths.length > 0));
	t.deepEqual(deaths, ['killed.service is failed (signal)']);
	await service.stop();
});

test('a unit that does not exist is told as such', async t => {
	const {service} = open('absent.service', undefined);
	t.deepEqual(await service.start(), {hasSucceeded: false, reason: 'Failed to start absent.service: Unit absent.service not found.'});
	t.deepEqual(await service.stop(), {hasSucceeded: true, reason: 'absent.service is not found'});
	t.false(await service.adopt());
});

test('a unit that does not stop in time is killed', async t => {
	const ready = path.join(units, 'ready');
	const {service} = open('stubborn.service', `trap "" TERM; echo > ${ready}; while :; do sleep 0.1; done`, {stopTimeoutMs: 500});
	await service.start();
	t.true(await eventually(() => existsSync(ready)));
	const pid = service.pid()!;
	t.deepEqual(await service.stop(), {hasSucceeded: true, reason: 'did not stop within 500 ms and was killed'});
	t.false(isAlive(pid));
});
