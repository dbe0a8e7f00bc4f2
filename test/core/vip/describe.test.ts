import test from 'ava';
import {isComplete, renderVips, vipDocument} from '../../../src/core/vip/describe.js';
import type {VipReport} from '../../../src/core/vip/state.js';

const web: VipReport = {
	address: '192.0.2.100', family: 4, prefixLength: 24, interface: 'eth0', mode: 'unicast', mac: '02:00:00:00:01:00', hasAddress: true, hasMac: true,
};
const web6: VipReport = {
	...web, address: '2001:db8::100', family: 6, prefixLength: 64, mode: 'multicast', mac: '03:00:5e:00:01:00', hasAddress: false, hasMac: false,
};

test('a line each, in columns', t => {
	t.is(renderVips([web, web6, {...web, address: '192.0.2.101', hasMac: false}, {...web, address: '192.0.2.102', hasAddress: false}]), [
		'ADDRESS        INTERFACE  MODE       MAC                STATE',
		'192.0.2.100    eth0       unicast    02:00:00:00:01:00  present',
		'2001:db8::100  eth0       multicast  03:00:5e:00:01:00  missing',
		'192.0.2.101    eth0       unicast    02:00:00:00:01:00  MAC missing',
		'192.0.2.102    eth0       unicast    02:00:00:00:01:00  address missing',
	].join('\n'));
});

test('the document says the same, and whether all is there', t => {
	t.true(isComplete([web]));
	t.deepEqual(vipDocument([web, web6]), {
		schema: 'farmctl/vip/1',
		isComplete: false,
		vips: [
			{address: '192.0.2.100', interface: 'eth0', mode: 'unicast', mac: '02:00:00:00:01:00', hasAddress: true, hasMac: true},
			{address: '2001:db8::100', interface: 'eth0', mode: 'multicast', mac: '03:00:5e:00:01:00', hasAddress: false, hasMac: false},
		],
	});
});
