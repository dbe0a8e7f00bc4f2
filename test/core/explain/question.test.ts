import test from 'ava';
import fc from 'fast-check';
import {parseClients} from '../../../src/core/explain/client-list.js';
import {parseEndpoint, renderEndpoint} from '../../../src/core/explain/question.js';
import {addressFromBytes} from '../../../src/core/model/address.js';

test('any address, with any port or without, reads as it is written', t => {
	const address = fc.oneof(fc.uint8Array({minLength: 4, maxLength: 4}), fc.uint8Array({minLength: 16, maxLength: 16})).map(bytes => addressFromBytes(bytes));
	fc.assert(fc.property(address, fc.option(fc.integer({min: 1, max: 65_535})), (text, port) => {
		const endpoint = {address: text, ...port !== null && {port}};
		t.deepEqual(parseEndpoint(renderEndpoint(endpoint)), endpoint);
	}));
});

test('other ways of writing the same', t => {
	t.deepEqual(parseEndpoint('[2001:DB8:0:0::7]'), {address: '2001:db8::7'});
	t.deepEqual(parseEndpoint('[192.0.2.7]:80'), {address: '192.0.2.7', port: 80});
});

for (const text of ['', 'web1', '192.0.2.7:', '192.0.2.7:0', '192.0.2.7:65536', '192.0.2.7:http', '192.0.2.07', '[2001:db8::7', '2001:db8::7]:80', '[2001:db8::7]80', ':80', '192.0.2.7:80:80']) {
	test(`'${text}' is no endpoint`, t => {
		t.is(parseEndpoint(text), undefined);
	});
}

test('a list of clients: comments, empty lines, ends of line of any kind; what is wrong is told by its number', t => {
	const text = '# those of today\n192.0.2.1\r\n\n  [2001:db8::7]:443  # by port\nwebby\n192.0.2.2:70000\n#192.0.2.3';
	t.deepEqual(parseClients(text), {
		clients: [{address: '192.0.2.1'}, {address: '2001:db8::7', port: 443}],
		bad: [{line: 5, text: 'webby'}, {line: 6, text: '192.0.2.2:70000'}],
	});
});

test('no text makes it throw', t => {
	fc.assert(fc.property(fc.string(), text => {
		const {clients, bad} = parseClients(text);
		return clients.length + bad.length <= text.split('\n').length;
	}));
	t.pass();
});
