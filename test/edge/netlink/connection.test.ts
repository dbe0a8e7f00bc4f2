/** The socket against a real kernel: nf_tables in a namespace of its own. */

import test, {type ExecutionContext} from 'ava';
import {text} from '../../../src/edge/netlink/attribute.js';
import {NetlinkConnection, protocols} from '../../../src/edge/netlink/connection.js';
import {flags} from '../../../src/edge/netlink/message.js';
import {batchFrame, header, messages, nftRequest} from '../../../src/edge/filter/wire.js';
import {KernelFailure} from '../../../src/errors.js';
import {createNamespace, whyNoNamespace} from '../../kernel/support/namespace.js';

const kernelTest = whyNoNamespace() === undefined ? test : test.skip;

function connect(t: ExecutionContext): NetlinkConnection {
	const namespace = createNamespace();
	const connection = namespace.run(() => new NetlinkConnection(protocols.netfilter));
	t.teardown(() => {
		connection.close();
		namespace.close();
	});
	return connection;
}

const table = (name: string) => nftRequest(messages.newTable, 'inet', flags.create + flags.exclusive, [text(1, name)]);

const noTable = nftRequest(messages.deleteTable, 'inet', 0, [text(1, 'nowhere')]);

const listTables = {type: messages.getTable, flags: flags.dump, payload: header(0)};

kernelTest('a batch is all or none, and names what was refused', async t => {
	const connection = connect(t);
	t.deepEqual(await connection.batch([table('one'), noTable, table('two'), noTable], batchFrame), {errors: [{index: 1, errno: 'ENOENT'}, {index: 3, errno: 'ENOENT'}]});
	t.is((await connection.request(listTables, 'list')).length, 0);
	t.deepEqual(await connection.batch([table('one'), table('two')], batchFrame), {errors: []});
	t.is((await connection.request(listTables, 'list')).length, 2);
	t.deepEqual(await connection.batch([table('three'), table('two')], batchFrame), {errors: [{index: 1, errno: 'EEXIST'}]});
});

kernelTest('a change is made when the call returns, before its promise settles', async t => {
	const namespace = createNamespace();
	const connection = namespace.run(() => new NetlinkConnection(protocols.netfilter));
	t.teardown(() => {
		connection.close();
		namespace.close();
	});
	const verdict = connection.batch([table('one')], batchFrame);
	t.regex(namespace.sh('nft', 'list', 'tables'), /inet one/u);
	t.deepEqual(await verdict, {errors: []});
});

kernelTest('dumps at the same time wait for one another, and batches do not mind', async t => {
	const connection = connect(t);
	await connection.batch(Array.from({length: 50}, (_, index) => table(`table${index}`)), batchFrame);
	const answers = await Promise.all([connection.request(listTables, 'list'), connection.request(listTables, 'list'), connection.batch([noTable], batchFrame), connection.request(listTables, 'list')]);
	t.deepEqual(answers.map(answer => Array.isArray(answer) ? answer.length : 'batch'), [50, 50, 'batch', 50]);
});

kernelTest('a refused request rejects with the errno and what was asked, and the next goes on', async t => {
	const connection = connect(t);
	const error = await t.throwsAsync(connection.request(nftRequest(messages.getTable, 'inet', 0, [text(1, 'nowhere')]), 'show table nowhere'), {instanceOf: KernelFailure});
	t.is(error.errno, 'ENOENT');
	t.regex(error.message, /show table nowhere/u);
	t.deepEqual(await connection.request(listTables, 'list'), []);
});

kernelTest('closing settles what is under way', async t => {
	const namespace = createNamespace();
	const connection = namespace.run(() => new NetlinkConnection(protocols.netfilter));
	const answer = connection.request(listTables, 'list');
	await Promise.resolve();
	connection.close();
	connection.close();
	await t.throwsAsync(answer, {message: /closed/u});
	await t.throwsAsync(connection.batch([table('one')], batchFrame), {message: /closed/u});
	namespace.close();
});
