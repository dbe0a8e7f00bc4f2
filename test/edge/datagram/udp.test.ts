import process from 'node:process';
import test from 'ava';
import {openUdp} from '../../../src/edge/datagram/udp.js';
import type {Datagram} from '../../../src/edge/datagram/port.js';
import {SystemFailure} from '../../../src/errors.js';

const port = 20_000 + (process.pid % 20_000);

test('a datagram arrives with its network, and a refusal is told once', async t => {
	const refusals: string[] = [];
	const arrival = Promise.withResolvers<Datagram>();
	const refusal = Promise.withResolvers<void>();
	const udp = await openUdp({
		addresses: [{address: '127.0.0.1'}, {address: '::1'}],
		port,
		onDatagram(found) {
			arrival.resolve(found);
		},
		refused(reason) {
			refusals.push(reason);
			refusal.resolve();
		},
	});
	udp.send(1, '::1', Buffer.from('beat'));
	const {bytes, network, from} = await arrival.promise;
	t.deepEqual([Buffer.from(bytes).toString(), network, from], ['beat', 1, '::1']);
	// Larger than any UDP datagram: the system refuses it without a packet.
	udp.send(0, '127.0.0.1', Buffer.alloc(70_000));
	udp.send(0, '127.0.0.1', Buffer.alloc(70_000));
	await refusal.promise;
	udp.close();
	t.deepEqual(refusals, ['EMSGSIZE']);
});

test('an address that this machine does not have is named, with what to look at', async t => {
	const error = await t.throwsAsync(openUdp({addresses: [{address: '192.0.2.250'}], port, onDatagram: () => undefined, refused: () => undefined}), {instanceOf: SystemFailure});
	t.regex(error.message, /192\.0\.2\.250/u);
	t.regex(error.hint!, /ip address show/u);
});
