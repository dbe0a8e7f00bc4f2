import test from 'ava';
import type {FarmEvent} from '../../../src/core/model/event.js';
import {createLog, type LogFormat} from '../../../src/edge/log/log.js';

function written(format: LogFormat, event: FarmEvent): string {
	let text = '';
	createLog({
		format,
		level: 'info',
		write(line) {
			text += line;
		},
		wall: () => new Date(0),
	})(event);
	return text;
}

const event: FarmEvent = {level: 'warning', name: 'node-problem', message: 'web2: \u{1B}[2Jgone\u{7}\nweb2: and more', fields: {node: 'web2'}};

test('for people: nothing that steers a terminal, and a line without indentation is an event', t => {
	t.is(written('human', event), '00:00:00.000 warning node-problem: web2: \u{FFFD}[2Jgone\u{FFFD}\n    web2: and more\n');
});

test('for scripts: one line of JSON', t => {
	const line = written('json', event);
	t.is(line.indexOf('\n'), line.length - 1);
	t.like(JSON.parse(line), {event: 'node-problem', level: 'warning', message: event.message, node: 'web2'});
});

test('what is less important than asked for is not written', t => {
	t.is(written('human', {...event, level: 'debug'}), '');
});
