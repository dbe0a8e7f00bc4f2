import test from 'ava';
import type {FarmEvent} from '../../src/core/model/event.js';
import {monoMs} from '../../src/core/model/time.js';
import {createRejections, rejectionLineIntervalMs, type Rejections} from '../../src/daemon/rejections.js';

function subject(): {readonly rejections: Rejections; readonly events: FarmEvent[]; readonly pass: (ms: number) => void} {
	let now = 1000;
	const events: FarmEvent[] = [];
	const rejections = createRejections({
		clock: {now: () => monoMs(now)}, record(event) {
			events.push(event);
		}, place: () => ({keyFile: '/etc/farmctl/farm.key', port: 4803}),
	});
	return {
		rejections,
		events,
		pass(ms) {
			now += ms;
		},
	};
}

test('the first of a reason is told at once, with where it came from and what to compare', t => {
	const {rejections, events} = subject();
	rejections.count('key', '192.0.2.12', '1a2b3c4d');
	t.deepEqual(events, [{
		level: 'warning',
		name: 'datagram-refused',
		message: 'a datagram from 192.0.2.12 was refused: sealed with key 1a2b3c4d, which is not in /etc/farmctl/farm.key; compare on both nodes: sha256sum /etc/farmctl/farm.key',
		fields: {
			reason: 'key', from: '192.0.2.12', count: 1, key: '1a2b3c4d',
		},
	}]);
});

test('then one line a minute and reason, with the count since the last', t => {
	const {rejections, events, pass} = subject();
	for (let count = 0; count < 1000; count++) {
		rejections.count('forged', '192.0.2.13');
	}

	rejections.count('replay', '192.0.2.12');
	t.deepEqual(events.map(({fields}) => fields?.reason), ['forged', 'replay']);
	pass(rejectionLineIntervalMs - 1);
	rejections.count('forged', '192.0.2.13');
	t.is(events.length, 2);
	pass(1);
	rejections.count('forged', '192.0.2.14');
	t.is(events.length, 3);
	t.like(events[2], {fields: {reason: 'forged', from: '192.0.2.14', count: 1001}});
	t.true(events[2]!.message.startsWith('1001 datagrams were refused, the last from 192.0.2.14: '));
	t.deepEqual(rejections.counts(), {forged: 1002, replay: 1});
});

test('a copy by another network is neither counted nor told', t => {
	const {rejections, events} = subject();
	rejections.count('duplicate', '192.0.2.12');
	t.deepEqual(rejections.counts(), {});
	t.deepEqual(events, []);
});
