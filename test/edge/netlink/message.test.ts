import test from 'ava';
import fc from 'fast-check';
import {decodeMessages, encodeMessages, errnoOf, flags, isDone} from '../../../src/edge/netlink/message.js';

test('messages read back, several in one datagram', t => {
	const message = fc.record({type: fc.integer({min: 16, max: 65_535}), flags: fc.integer({min: 0, max: 65_535}), payload: fc.uint8Array({maxLength: 50})});
	fc.assert(fc.property(fc.array(message), messages => {
		const bytes = encodeMessages(messages, 1);
		t.deepEqual(
			decodeMessages(bytes).map(({type, sequence, payload}) => ({type, sequence, payload: [...payload]})),
			messages.map(({type, payload}, index) => ({type, sequence: index + 1, payload: [...payload]})),
		);
	}));
});

test('no bytes make the decoder throw or loop', t => {
	fc.assert(fc.property(fc.uint8Array({maxLength: 200}), bytes => {
		t.true(decodeMessages(Buffer.from(bytes)).length * 16 <= bytes.length);
	}));
});

const answer = (type: number, code: number) => {
	const payload = Buffer.alloc(20);
	payload.writeInt32LE(code);
	return decodeMessages(encodeMessages([{type, payload}], 1))[0]!;
};

test('errors by name, acknowledgements as nothing, the rest as no verdict', t => {
	t.is(errnoOf(answer(2, -2)), 'ENOENT');
	t.is(errnoOf(answer(2, -1)), 'EPERM');
	t.is(errnoOf(answer(2, 0)), '');
	t.is(errnoOf(answer(2, -3999)), 'errno 3999');
	t.is(errnoOf(answer(16, -2)), undefined);
	t.true(isDone(answer(3, 0)));
	t.is(answer(16, 0).flags, flags.request);
});
