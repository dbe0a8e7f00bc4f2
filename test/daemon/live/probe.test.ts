import test from 'ava';
import type {FarmEvent} from '../../../src/core/model/event.js';
import {noApplication} from '../../../src/core/model/application.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {followProbe, type FollowedProbe} from '../../../src/daemon/live/probe.js';
import {standingOf} from '../../../src/daemon/live/standing.js';
import type {OpenProbe, ProbeParts} from '../../../src/edge/probe/port.js';
import type {ProbeReport} from '../../../src/edge/probe/report.js';
import {SystemFailure} from '../../../src/errors.js';
import {farmWith} from '../../kernel/support/machine.js';

const withProbe = (probe: Farm['application']['probe']): Farm => ({...farmWith({rules: []}), application: {...noApplication, probe}});
const on = (port: number): Farm => withProbe({address: '192.0.2.11', port});
const off = withProbe(undefined);
const report = (): ProbeReport => ({
	farm: 'web', node: 'web1', state: 'UP', isUp: true, reason: '',
});

/** A machine in memory: what listens on it, which ports nobody may have, and work that is due later. */
function machine() {
	const open = new Map<number, ProbeParts>();
	const taken = new Set<number>();
	const due: Array<() => void> = [];
	const events: FarmEvent[] = [];
	const openProbe: OpenProbe = async parts => {
		const {port} = parts.listen;
		if (taken.has(port) || open.has(port)) {
			throw new SystemFailure(`${port} is taken`);
		}

		open.set(port, parts);
		return {
			port,
			async close() {
				open.delete(port);
			},
		};
	};

	return {
		open, taken, due, events,
		begin: async (farm: Farm): Promise<FollowedProbe> => followProbe(farm, {
			open: openProbe,
			report,
			record(event) {
				events.push(event);
			},
			later(_ms, work) {
				due.push(work);
				return () => {
					due.splice(due.indexOf(work), 1);
				};
			},
		}),
	};
}

test('nothing listens until the configuration says where, and it follows from there', async t => {
	const {open, begin, events} = machine();
	const probe = await begin(off);
	t.is(open.size, 0);
	await probe.follow(standingOf(on(80)));
	t.deepEqual([...open.keys()], [80]);
	await probe.follow(standingOf(on(80)));
	await probe.follow(standingOf(on(81)));
	t.deepEqual([...open.keys()], [81]);
	await probe.follow(standingOf(off));
	t.is(open.size, 0);
	t.deepEqual(events.map(({message}) => message), ['the probe endpoint listens on 192.0.2.11, port 80', 'the probe endpoint listens on 192.0.2.11, port 81']);
});

test('it is there from the start, or the daemon does not start', async t => {
	const {open, begin, taken} = machine();
	const probe = await begin(on(80));
	t.is(open.size, 1);
	await probe.stop();
	t.is(open.size, 0);
	taken.add(80);
	await t.throwsAsync(begin(on(80)), {instanceOf: SystemFailure, message: '80 is taken'});
});

test('where it cannot listen, it goes on where it was', async t => {
	const {open, begin, taken} = machine();
	const probe = await begin(on(80));
	taken.add(81);
	await t.throwsAsync(probe.follow(standingOf(on(81))), {message: '81 is taken'});
	t.deepEqual([...open.keys()], [80]);
	await probe.follow(standingOf(on(80)));
	t.deepEqual([...open.keys()], [80]);
});

test('one that ends is told and opened again, until it stands', async t => {
	const {open, begin, taken, due, events} = machine();
	await begin(on(80));
	const {lost} = open.get(80)!;
	open.delete(80);
	taken.add(80);
	lost('its thread has ended');
	t.regex(events.at(-1)!.message, /^the probe endpoint has ended: its thread has ended; balancers get no answer/u);
	due.shift()!();
	await new Promise(setImmediate);
	t.regex(events.at(-1)!.message, /^80 is taken; /u);
	taken.clear();
	due.shift()!();
	t.deepEqual([...open.keys()], [80]);
	t.is(due.length, 0);
});

test('one that has ended is not opened again when the configuration has none, or the daemon ends', async t => {
	const {open, begin, due} = machine();
	const probe = await begin(on(80));
	open.get(80)!.lost('its thread has ended');
	open.delete(80);
	t.is(due.length, 1);
	await probe.follow(standingOf(off));
	t.is(due.length, 0);
});
