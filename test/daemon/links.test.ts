import test from 'ava';
import {deriveTiming} from '../../src/core/config/timing.js';
import {watchLinks} from '../../src/daemon/links.js';
import {createFakeLink} from '../../src/edge/link/fake.js';

const vip = {address: '192.0.2.100', family: 4, prefixLength: 24, interface: 'eth0', mode: 'unicast', mac: '02:00:00:00:00:64'} as const;
const farm = {vips: [vip], heartbeat: {port: 4803, multicast: [], timing: deriveTiming({detection: 40})}};

const noCarrier = 'interface eth0 has no carrier';

async function watched() {
	const link = createFakeLink(['eth0', 'eth1']);
	const told: string[] = [];
	let wake = (): void => {};
	const stop = await watchLinks({
		farm: () => farm,
		link,
		told(reason) {
			told.push(reason);
			wake();
		},
		failed(error) {
			throw error;
		},
	});
	const next = async (): Promise<void> => {
		const {promise, resolve} = Promise.withResolvers<void>();
		wake = resolve;
		return promise;
	};

	return {
		link, told, stop, next,
	};
}

test('a link without carrier hinders the node until it is back; other links do not matter', async t => {
	const {link, told, next, stop} = await watched();
	link.setCarrier('eth1', false);
	const lost = next();
	link.setCarrier('eth0', false);
	await lost;
	const back = next();
	link.setCarrier('eth0', true);
	await back;
	t.deepEqual(told, [noCarrier, '']);
	stop();
});

test('a link that is out for a moment only hinders nothing', async t => {
	const {link, told, next, stop} = await watched();
	link.setCarrier('eth0', false);
	link.setCarrier('eth0', true);
	const lost = next();
	link.setCarrier('eth0', false);
	await lost;
	t.deepEqual(told, [noCarrier]);
	stop();
});
