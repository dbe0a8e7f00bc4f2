/**
What every `Link` promises, run on the fake in `fake.test.ts` and on the kernel in `rtnetlink.test.ts`. Each case gets a link of its own, with the
interface `a0` up and `addressOfAnother` and `macOfAnother` put there by someone else.
*/
import assert from 'node:assert/strict';
import {isDeepStrictEqual} from 'node:util';
import type {Link} from '../../../src/edge/link/port.js';
import {SystemFailure} from '../../../src/errors.js';

export const addressOfAnother = '192.0.2.7';
export const macOfAnother = '02:00:00:00:00:07';

export type Case = {readonly title: string; readonly run: (link: Link) => Promise<void>};

const hasAddress = async (link: Link, address: string): Promise<boolean> =>
	(await link.addresses()).some(item => item.interface === 'a0' && item.address === address);
const macNames = async (link: Link): Promise<string[]> => (await link.macs()).filter(item => item.interface === 'a0').map(item => item.mac);

const addressCase = (address: string, family: 4 | 6): Case => ({
	title: `an IPv${family} address comes and goes, twice as well as once`,
	async run(link) {
		await link.addAddress('a0', address);
		await link.addAddress('a0', address);
		const found = (await link.addresses()).filter(item => item.address === address);
		assert.deepEqual(found, [{interface: 'a0', address, family, prefixLength: family === 4 ? 32 : 128, isOurs: true, isRecorded: true}]);
		await link.removeAddress('a0', address);
		await link.removeAddress('a0', address);
		assert.equal(await hasAddress(link, address), false);
	},
});

const macCase = (kind: string, mac: string): Case => ({
	title: `a ${kind} MAC comes and goes, twice as well as once`,
	async run(link) {
		const before = await link.macs();
		await link.addMac('a0', mac);
		await link.addMac('a0', mac);
		assert.deepEqual((await link.macs()).filter(item => item.mac === mac), [{interface: 'a0', mac, isOurs: true}]);
		await link.removeMac('a0', mac);
		await link.removeMac('a0', mac);
		const after = await link.macs();
		assert.deepEqual(after.filter(item => item.mac === mac), []);
		// The kernel may have joined groups of its own meanwhile.
		assert.deepEqual(before.filter(item => !after.some(other => isDeepStrictEqual(other, item))), []);
	},
});

const noInterface = async (change: Promise<void>): Promise<void> => {
	await assert.rejects(change, (error: unknown) => {
		assert.ok(error instanceof SystemFailure);
		assert.match(error.message, /there is no interface 'eth7'/);
		assert.match(error.hint ?? '', /a0/);
		return true;
	});
};

export const cases: readonly Case[] = [
	addressCase('192.0.2.100', 4),
	addressCase('2001:db8::100', 6),
	macCase('unicast', '02:00:00:00:01:00'),
	macCase('multicast', '03:00:5e:00:01:00'),
	{
		title: 'what another put there is seen, is not ours, and stays',
		async run(link) {
			await link.addAddress('a0', addressOfAnother);
			await link.addMac('a0', macOfAnother);
			assert.equal((await link.addresses()).find(item => item.address === addressOfAnother)?.isOurs, false);
			assert.equal((await link.macs()).find(item => item.mac === macOfAnother)?.isOurs, false);
			await link.removeAddress('a0', addressOfAnother);
			await link.removeMac('a0', macOfAnother);
			assert.equal(await hasAddress(link, addressOfAnother), true);
			assert.ok((await macNames(link)).includes(macOfAnother));
		},
	},
	{
		title: 'interfaces are told with their state',
		async run(link) {
			const found = (await link.interfaces()).find(item => item.name === 'a0');
			assert.ok(found);
			assert.equal(found.isUp, true);
			assert.equal(found.hasCarrier, true);
			assert.equal(found.mtu, 1500);
			assert.match(found.mac, /^(?:[\da-f]{2}:){5}[\da-f]{2}$/);
			assert.ok(!(await macNames(link)).includes(found.mac));
		},
	},
	{
		title: 'an interface that does not exist is named, with those that do',
		async run(link) {
			await noInterface(link.addAddress('eth7', '192.0.2.100'));
			await noInterface(link.removeAddress('eth7', '192.0.2.100'));
			await noInterface(link.addMac('eth7', '02:00:00:00:01:00'));
			await noInterface(link.removeMac('eth7', '02:00:00:00:01:00'));
		},
	},
];
