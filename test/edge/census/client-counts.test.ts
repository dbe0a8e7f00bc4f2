import test from 'ava';
import {clientsNamedMax} from '../../../src/core/control/node-orders.js';
import {addressToBytes} from '../../../src/core/model/address.js';
import {createClientCounts} from '../../../src/edge/census/client-counts.js';

test('the clients with the most connections come first, whatever family their socket has', t => {
	const counts = createClientCounts();
	const bytes = new Uint8Array(16);
	const add = (text: string, times: number): void => {
		for (let count = 0; count < times; count++) {
			bytes.set(addressToBytes(text));
			counts.add(bytes.subarray(0, addressToBytes(text).length));
		}
	};

	add('192.0.2.1', 2);
	add('2001:db8::1', 5);
	add('::ffff:192.0.2.1', 1);
	for (let host = 2; host < 9; host++) {
		add(`192.0.2.${host}`, 1);
	}

	const most = counts.most();
	t.deepEqual(most.slice(0, 2), [{address: '2001:db8::1', connections: 5}, {address: '192.0.2.1', connections: 3}]);
	t.is(most.length, clientsNamedMax);
});
