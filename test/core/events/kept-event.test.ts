import test from 'ava';
import fc from 'fast-check';
import {keptCharactersMax, parseKept, renderKept, type KeptEvent} from '../../../src/core/events/kept-event.js';

const event: KeptEvent = {
	at: '2026-01-02T03:04:05.678Z', level: 'warning', name: 'node-dead', message: 'web2 is dead\nhm', fields: {node: 'web2', count: 2, isTold: true}, life: 1_767_322_800_000, ms: 12.345, sequence: 7,
};

test('a line is what was kept', t => {
	t.deepEqual(parseKept(renderKept(event)), event);
	t.false(renderKept(event).includes('\n'));
});

test('of what is too long the message is cut, and the line still is an event', t => {
	const line = renderKept({...event, message: 'x'.repeat(100_000), fields: {node: 'y'.repeat(100_000)}});
	t.true(line.length <= keptCharactersMax);
	t.is(parseKept(line)?.sequence, 7);
});

for (const [what, change] of Object.entries({
	'no time': {at: 'yesterday'}, 'no level': {level: 'fatal'}, 'no name': {name: 3}, 'no message': {message: undefined}, 'a field that is no word': {fields: {node: {}}}, 'no sequence': {sequence: null}, 'no life': {life: -1},
})) {
	test(`${what}: no event`, t => {
		t.is(parseKept(JSON.stringify({...event, ...change})), undefined);
	});
}

test('whatever the line is, it is no error', t => {
	fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), line => {
		parseKept(line);
		return true;
	}));
	t.is(parseKept('{"at":'), undefined);
	t.is(parseKept('null'), undefined);
});
