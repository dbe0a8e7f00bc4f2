import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import {initialState, type MembershipState} from '../../src/core/membership/state.js';
import {allSlots, listSlots, noSlots, slotSetOf} from '../../src/core/model/slot-set.js';
import {slotOfClient} from '../../src/core/hash/jhash.js';
import {monoMs} from '../../src/core/model/time.js';
import type {ConnectionsLook} from '../../src/core/membership/types.js';
import {watchConnections} from '../../src/daemon/connections.js';
import {createFakeCensus} from '../../src/edge/census/fake.js';
import type {Census} from '../../src/edge/census/port.js';
import {systemClock} from '../../src/edge/clock/clock.js';
import {configOf} from '../core/membership/single.js';
import {contractFarm} from '../edge/filter/contract.js';

const idle = {...initialState(configOf(2), {incarnation: 1, now: monoMs(0)}), wanted: 'serve' as const};
const retaining: MembershipState = {...idle, retained: [{slots: allSlots, untilAt: monoMs(1e9), goneAt: undefined}]};

function watch(census: Pick<Census, 'look'>, state: () => MembershipState) {
	const looks: ConnectionsLook[] = [];
	const failures: unknown[] = [];
	const stop = watchConnections({
		census, state, clock: systemClock, farm: () => contractFarm,
		looked(look) {
			looks.push(look);
		},
		failed(error) {
			failures.push(error);
		},
	});
	return {looks, failures, stop};
}

async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) {
		await sleep(20);
	}
}

const connection = {client: '10.0.0.1', clientPort: 5000, vip: '192.0.2.100', vipPort: 80};

test('looks while something is retained, and when it begins to end', async t => {
	const census = createFakeCensus();
	census.report([connection, {...connection, vipPort: 81}]);
	let state = retaining;
	const {looks, stop} = watch(census, () => state);
	await until(() => looks.length === 2);
	const slot = slotOfClient('client', connection.client, undefined, contractFarm.seed);
	t.deepEqual(looks.map(({count, slots}) => [count, listSlots(slots)]), [[1, [slot]], [1, [slot]]]);
	t.true(looks[0]!.begunAt < looks[1]!.begunAt);

	state = {...idle, retained: [{...retaining.retained[0]!, slots: slotSetOf([slot + 1])}]};
	await until(() => looks.length === 3);
	t.deepEqual([looks[2]!.count, listSlots(looks[2]!.slots)], [0, [slot]], 'it counts what is retained');

	state = {...idle, wanted: 'leave', kernel: {...idle.kernel, table: {...idle.kernel.table, owned: allSlots}}};
	await until(() => looks.length === 4);
	t.is(looks[3]!.count, 1, 'and all, when the node is about to end');
	stop();
});

test('asks nothing of a kernel when nobody wants to know', async t => {
	let asked = 0;
	let state = idle as MembershipState;
	const {looks, stop} = watch({
		async look() {
			asked++;
			return {count: 0, slots: noSlots, clients: []};
		},
	}, () => state);
	await sleep(600);
	t.is(asked, 0);
	state = retaining;
	await until(() => looks.length > 0);
	stop();
});

test('a failure is told once, until it works again', async t => {
	let isBroken = true;
	const {looks, failures, stop} = watch({
		async look() {
			if (isBroken) {
				throw new Error('no');
			}

			return {count: 0, slots: noSlots, clients: []};
		},
	}, () => retaining);
	await until(() => failures.length > 0);
	await sleep(600);
	t.is(failures.length, 1);
	isBroken = false;
	await until(() => looks.length > 0);
	isBroken = true;
	await until(() => failures.length === 2);
	t.pass();
	stop();
});
