import test from 'ava';
import fc from 'fast-check';
import {createSlotFinder, type Packet} from '../../../src/core/explain/slot-of.js';
import {slotOfClient} from '../../../src/core/hash/jhash.js';
import {addressFromBytes} from '../../../src/core/model/address.js';
import type {Rule} from '../../../src/core/model/farm.js';
import {farmWith, vip4, vip6} from '../../kernel/support/machine.js';

const rulesOf = (vip: string): Rule[] => [
	{vip, protocol: 'tcp', ports: [{from: 80, to: 80}, {from: 8000, to: 8099}], affinity: 'client', group: 'default'},
	{vip, protocol: 'tcp', ports: [{from: 443, to: 443}], affinity: 'connection', group: 'default'},
	{vip, protocol: 'udp', ports: [{from: 1, to: 65_535}], affinity: 'network', group: 'default'},
];
const farm = farmWith({rules: [...rulesOf(vip4.address), ...rulesOf(vip6.address)], seed: 0x5E_ED_00_01});
const find = createSlotFinder(farm);

const packet = (changes: Partial<Packet>): Packet => ({client: '198.51.100.7', clientPort: 50_000, vip: vip4.address, protocol: 'tcp', vipPort: 80, ...changes});

const slotOf = (changes: Partial<Packet>): unknown => {
	const found = find(packet(changes));
	return 'reason' in found ? found.reason : found.slot;
};

test('any client of any rule is in the slot that the hash gives, asked in bytes or in text', t => {
	const port = fc.integer({min: 0, max: 65_535});
	const address = fc.oneof(fc.uint8Array({minLength: 4, maxLength: 4}), fc.uint8Array({minLength: 16, maxLength: 16}).map(bytes => Uint8Array.of(0x20, ...bytes.slice(1))));
	fc.assert(fc.property(address, port, fc.constantFrom(...rulesOf('')), (client, clientPort, {protocol, ports, affinity}) => {
		const vip = client.length === 4 ? vip4.address : vip6.address;
		const slot = slotOfClient(affinity, client, clientPort, farm.seed);
		const asked = {clientPort, vip, protocol, vipPort: ports[0]!.from};
		for (const form of [client, addressFromBytes(client)]) {
			const found = find({...asked, client: form});
			t.like(found, {rule: {vip, protocol, affinity}, group: 0, slot, slotNumber: slot});
		}
	}));
});

test('ranges of ports end where they end', t => {
	const expected = slotOfClient('client', '198.51.100.7', undefined, farm.seed);
	t.is(slotOf({vipPort: 8000}), expected);
	t.is(slotOf({vipPort: 8099}), expected);
	t.is(slotOf({vipPort: 8100}), 'no-rule');
	t.is(slotOf({vipPort: 7999}), 'no-rule');
});

test('an echo request goes by the address of the client and needs no port', t => {
	t.is(slotOf({protocol: 'echo', vipPort: undefined, clientPort: undefined}), slotOfClient('client', '198.51.100.7', undefined, farm.seed));
});

test('what is in no slot says why', t => {
	t.is(slotOf({client: 'nobody'}), 'not-an-address');
	t.is(slotOf({vip: '192.0.2.99'}), 'no-such-vip');
	t.is(slotOf({client: '2001:db8::7'}), 'other-family');
	t.is(slotOf({vipPort: undefined}), 'no-rule');
	t.is(slotOf({vipPort: 443, clientPort: undefined}), 'no-client-port');
	t.is(slotOf({protocol: 'udp', clientPort: undefined}), slotOfClient('network', '198.51.100.7', undefined, farm.seed));
});

test('addresses that a socket of both families shows mapped are IPv4', t => {
	t.is(slotOf({client: '::ffff:198.51.100.7', vip: `::ffff:${vip4.address}`}), slotOfClient('client', '198.51.100.7', undefined, farm.seed));
});

test('where two rules name a port the first one counts', t => {
	const [first] = rulesOf(vip4.address);
	const both = createSlotFinder({...farm, rules: [{...first!, affinity: 'network', group: 'default'}, first!]});
	t.like(both(packet({})), {rule: {affinity: 'network'}});
});
