/** Letters over real sockets, real seals and real time. */

import {Buffer} from 'node:buffer';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import type {FarmNode} from '../../../src/core/model/farm.js';
import {createLetters, type Letters, type LetterParts} from '../../../src/daemon/letters/letters.js';
import {systemClock} from '../../../src/edge/clock/clock.js';
import {openUdp} from '../../../src/edge/datagram/udp.js';
import {createSealer} from '../../../src/edge/seal/seal.js';

const port = 40_000 + (process.pid % 20_000);

const nodes: readonly FarmNode[] = [1, 2].map(id => ({
	name: `web${id}`, id, addresses: [`127.0.53.${id}`, `127.0.54.${id}`], weight: 1,
}));

async function open(t: ExecutionContext, self: FarmNode, serve: LetterParts['serve']): Promise<Letters> {
	const sealer = createSealer({keys: [Buffer.from('a key')], farm: 'web', self: self.id});
	const udp = await openUdp({
		addresses: self.addresses.map(address => ({address, interface: undefined})), port,
		onDatagram({bytes}) {
			const opened = sealer.open(bytes);
			if (opened.ok) {
				letters.received(opened.sender, opened.plaintext);
			}
		},
		refused(reason) {
			t.fail(reason);
		},
	});
	const letters = createLetters({
		sealer, self, nodes: () => nodes, clock: systemClock, incarnation: () => 1, port: () => udp, serve,
	});
	t.teardown(() => {
		letters.stop();
		udp.close();
	});
	return letters;
}

test('two nodes write to one another over two networks, a quarter of a megabyte each way', async t => {
	const [web1, web2] = await Promise.all(nodes.map(async self => open(t, self, async (from, request) => ({ok: true, result: {from, request}}))));
	const request = {verb: 'v', filling: 'x'.repeat(260_000)};
	const [there, back] = await Promise.all([web1!.ask(2, request, {timeoutMs: 30_000}), web2!.ask(1, request, {timeoutMs: 30_000})]);
	t.deepEqual(there, {ok: true, result: {from: 1, request}});
	t.deepEqual(back, {ok: true, result: {from: 2, request}});
	t.deepEqual(await web1!.ask(2, {verb: 'w'}, {timeoutMs: 30_000}), {ok: true, result: {from: 1, request: {verb: 'w'}}});
});
