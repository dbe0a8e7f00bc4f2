import process from 'node:process';
import test from 'ava';
import {createProcessWatch} from '../../../src/edge/checks/process-watch.js';
import {createFakeDeaths} from '../../../src/edge/deaths/fake.js';
import {lookAtProcess} from '../../../src/edge/program/processes.js';
import {eventually} from './probing.js';

function watching() {
	const deaths = createFakeDeaths();
	const told: string[] = [];
	const watch = createProcessWatch(async () => deaths, async who => {
		told.push(who);
	});
	return {deaths, told, watch};
}

const self = lookAtProcess(process.pid)!;
const parent = lookAtProcess(process.ppid)!;

test('those that died together are told once', async t => {
	const {deaths, told, watch} = watching();
	await watch.follow([self, parent]);
	deaths.kill(parent.pid);
	deaths.kill(self.pid);
	t.true(await eventually(() => told.length > 0));
	t.deepEqual(told, [`${parent.name} (pid ${parent.pid})`]);
	t.deepEqual(deaths.watched(), []);
});

test('another process with its number is not the one that was found', async t => {
	const {deaths, told, watch} = watching();
	await watch.follow([{...self, startTicks: self.startTicks - 1}]);
	t.true(await eventually(() => told.length > 0));
	t.deepEqual(deaths.watched(), []);
});

test('only those of the last look are followed, and none after the end', async t => {
	const {deaths, told, watch} = watching();
	await watch.follow([self, parent]);
	await watch.follow([self]);
	t.deepEqual(deaths.watched(), [self.pid]);
	watch.close();
	await watch.follow([parent]);
	t.deepEqual(deaths.watched(), []);
	t.deepEqual(told, []);
});
