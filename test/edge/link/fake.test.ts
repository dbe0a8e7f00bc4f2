import test from 'ava';
import {createFakeLink} from '../../../src/edge/link/fake.js';
import {addressOfAnother, cases, macOfAnother} from './contract.js';

for (const {title, run} of cases) {
	test(title, async t => {
		const link = createFakeLink(['lo', 'a0']);
		link.putAddress({interface: 'a0', address: addressOfAnother, family: 4, prefixLength: 24, isOurs: false, isRecorded: false});
		link.putMac({interface: 'a0', mac: macOfAnother, isOurs: false});
		await run(link);
		t.pass();
	});
}

test('a change fails once when told to, and changes nothing', async t => {
	const link = createFakeLink(['a0']);
	link.failNext(new Error('refused'));
	await t.throwsAsync(link.addAddress('a0', '192.0.2.100'), {message: 'refused'});
	t.deepEqual(await link.addresses(), []);
	await link.addAddress('a0', '192.0.2.100');
	t.is((await link.addresses()).length, 1);
	t.deepEqual(link.changes, ['addAddress a0 192.0.2.100', 'addAddress a0 192.0.2.100']);
});
