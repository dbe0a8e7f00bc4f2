import test from 'ava';
import fc from 'fast-check';
import {encodeRequest, isReplyTo, payloadBytes, type Echo} from '../../../src/edge/ping/messages.js';
import {internetChecksum} from '../../../src/edge/snooping/messages.js';

const echo: Echo = {identifier: 0x12_34, sequence: 0xFF_FE, payload: Uint8Array.from({length: payloadBytes}, (_, index) => 7 * index)};

/** What the kernel hands out when the other side answers. */
function replyTo(family: 4 | 6, request: Uint8Array): Uint8Array {
	const message = Uint8Array.from(request);
	message[0] = family === 4 ? 0 : 129;
	message.set([0, 0], 2);
	if (family === 6) {
		return message;
	}

	new DataView(message.buffer).setUint16(2, internetChecksum(message));
	return Uint8Array.from([0x45, ...Array.from({length: 19}, () => 9), ...message]);
}

for (const family of [4, 6] as const) {
	const reply = replyTo(family, encodeRequest(family, echo));

	test(`IPv${family}: the reply to a request is known`, t => {
		t.true(isReplyTo(family, echo, reply));
	});

	test(`IPv${family}: a reply to another identifier, sequence or payload is not, nor the request itself`, t => {
		const payload = Uint8Array.from(echo.payload);
		payload[payloadBytes - 1]! ^= 1;
		for (const other of [{...echo, identifier: 1}, {...echo, sequence: 1}, {...echo, payload}, {...echo, payload: echo.payload.subarray(1)}]) {
			t.false(isReplyTo(family, echo, replyTo(family, encodeRequest(family, other))));
		}

		const request = encodeRequest(family, echo);
		t.false(isReplyTo(family, echo, family === 4 ? Uint8Array.from([0x45, ...Array.from({length: 19}, () => 0), ...request]) : request));
	});

	test(`IPv${family}: one bit changed, or cut, or longer, is no reply, whatever the bytes are`, t => {
		const first = family === 4 ? 20 : 0;
		for (let bit = 8 * first; bit < 8 * reply.length; bit++) {
			const changed = Uint8Array.from(reply);
			changed[bit >>> 3]! ^= 1 << (bit & 7);
			const isChecksum = family === 6 && (bit >>> 3 === 2 || bit >>> 3 === 3);
			t.is(isReplyTo(family, echo, changed), isChecksum, `bit ${bit}`);
		}

		for (let length = 0; length < reply.length; length++) {
			t.false(isReplyTo(family, echo, reply.subarray(0, length)));
		}

		t.false(isReplyTo(family, echo, Uint8Array.from([...reply, 0])));
		fc.assert(fc.property(fc.uint8Array({maxLength: 80}), bytes => !isReplyTo(family, echo, bytes)));
	});
}

test('an IPv4 header with options is skipped', t => {
	const reply = replyTo(4, encodeRequest(4, echo));
	t.true(isReplyTo(4, echo, Uint8Array.from([0x46, ...reply.subarray(1, 20), 1, 1, 1, 1, ...reply.subarray(20)])));
});

test('an ICMP request carries its checksum', t => {
	t.is(internetChecksum(encodeRequest(4, echo)), 0);
});
