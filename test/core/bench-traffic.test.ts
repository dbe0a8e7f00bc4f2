import test from 'ava';
import {dialects} from '../bench/traffic/dialects.js';
import {messageOf} from '../bench/traffic/messages.js';

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nweb1\n';

test('an HTTP answer is judged when it is whole, by whatever pieces it comes', t => {
	const judge = (text: string, isOver = false) => dialects.http.judge(1, Buffer.from(text), isOver);
	for (let length = 0; length < answer.length; length++) {
		t.is(judge(answer.slice(0, length)), 'more', String(length));
	}

	t.deepEqual(judge(answer), {what: 'served', node: 'web1', reason: ''});
	t.is(judge('HTTP/1.1 200 OK\r\n\r\nweb1\n'), 'more');
	t.deepEqual(judge('HTTP/1.1 200 OK\r\n\r\nweb1\n', true), {what: 'served', node: 'web1', reason: ''});
	t.deepEqual(judge('HTTP/1.1 500 Internal Server Error\r\ncontent-length:5\r\n\r\nweb2\n'), {what: 'wrong', node: 'web2', reason: 'HTTP 500'});
});

test('an echo is served when every byte is back, and wrong at the first other one', t => {
	const message = Buffer.from(messageOf(7, 0));
	t.is(dialects.echo.judge(7, message.subarray(0, 15), false), 'more');
	t.like(dialects.echo.judge(7, message, false), {what: 'served'});
	t.like(dialects.echo.judge(8, message.subarray(0, 3), false), {what: 'wrong'});
});
