import test from 'ava';
import fc from 'fast-check';
import {diffVips, renderVipStep, type VipStep} from '../../../src/core/vip/diff.js';
import {addressKey, desiredVips, findInterfaceProblems, linkHindrance, macKey, noVips, observeVips, reportVips, type VipState} from '../../../src/core/vip/state.js';
import type {Vip} from '../../../src/core/model/farm.js';

const web: Vip = {address: '192.0.2.100', family: 4, prefixLength: 24, interface: 'eth0', mode: 'unicast', mac: '02:00:00:00:01:00'};
const web6: Vip = {address: '2001:db8::100', family: 6, prefixLength: 64, interface: 'eth0', mode: 'multicast', mac: '03:00:5e:00:01:00'};
const farm = {vips: [web, web6]};

const add = (step: VipStep, state: VipState): VipState => {
	switch (step.kind) {
		case 'add-address': {
			const {interface: name, address, family} = step;
			return {...state, addresses: [...state.addresses, {interface: name, address, family, isOurs: true}]};
		}

		case 'add-mac': {
			return {...state, macs: [...state.macs, {interface: step.interface, mac: step.mac, isOurs: true}]};
		}

		case 'remove-address': {
			return {...state, addresses: state.addresses.filter(item => addressKey(item) !== addressKey(step))};
		}

		case 'remove-mac': {
			return {...state, macs: state.macs.filter(item => macKey(item) !== macKey(step))};
		}
	}
};

const apply = (steps: readonly VipStep[], state: VipState): VipState => {
	let next = state;
	for (const step of steps) {
		next = add(step, next);
	}

	return next;
};

const names = fc.constantFrom('eth0', 'eth1');
const addresses = fc.uniqueArray(fc.record({
	interface: names, address: fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3'), family: fc.constant(4 as const), isOurs: fc.boolean(),
}), {selector: addressKey});
const macs = fc.uniqueArray(fc.record({interface: names, mac: fc.constantFrom('02:00:00:00:00:01', '03:00:00:00:00:01'), isOurs: fc.boolean()}), {selector: macKey});
const states = fc.record({addresses, macs});
const keys = (state: VipState, isWanted: (item: {isOurs: boolean}) => boolean = () => true): Set<string> => new Set([
	...state.addresses.filter(item => isWanted(item)).map(item => addressKey(item)), ...state.macs.filter(item => isWanted(item)).map(item => macKey(item)),
]);

const sorted = (items: ReadonlySet<string>): string => [...items].toSorted().join('\n');

test('a state needs no step to become itself', t => {
	fc.assert(fc.property(states, state => diffVips(state, state).length === 0));
	t.pass();
});

test('the steps lead to what is desired, and leave what another put there', t => {
	fc.assert(fc.property(states, states, (desired, observed) => {
		const result = apply(diffVips(desired, observed), observed);
		const expected = new Set([...keys(desired), ...keys(observed, item => !item.isOurs)]);
		return sorted(keys(result)) === sorted(expected) && diffVips(desired, result).length === 0;
	}));
	t.pass();
});

test('nothing of another is ever removed', t => {
	fc.assert(fc.property(states, states, (desired, observed) => {
		const removed = diffVips(desired, observed).filter(step => step.kind.startsWith('remove'));
		const ours = keys(observed, item => item.isOurs);
		return removed.every(step => ours.has('mac' in step ? macKey(step) : addressKey(step)));
	}));
	t.pass();
});

test('up: the MACs come before the addresses; each step prints as the command that does the same', t => {
	t.deepEqual(diffVips(desiredVips(farm), noVips).map(step => renderVipStep(step)), [
		'bridge fdb add 02:00:00:00:01:00 dev eth0 self',
		'bridge fdb add 03:00:5e:00:01:00 dev eth0 self',
		'ip address add 192.0.2.100/32 dev eth0',
		'ip address add 2001:db8::100/128 dev eth0 nodad noprefixroute preferred_lft 0',
	]);
});

test('down: the addresses go before the MACs', t => {
	t.deepEqual(diffVips(noVips, desiredVips(farm)).map(step => renderVipStep(step)), [
		'ip address del 192.0.2.100/32 dev eth0',
		'ip address del 2001:db8::100/128 dev eth0',
		'bridge fdb del 02:00:00:00:01:00 dev eth0 self',
		'bridge fdb del 03:00:5e:00:01:00 dev eth0 self',
	]);
});

test('a VIP that changes its interface leaves the old one before it appears on the new one', t => {
	const moved = {vips: [{...web, interface: 'eth1'}]};
	t.deepEqual(diffVips(desiredVips(moved), desiredVips({vips: [web]})).map(step => `${step.kind} ${step.interface}`), [
		'remove-address eth0', 'add-mac eth1', 'add-address eth1', 'remove-mac eth0',
	]);
});

test('VIPs that share a MAC need it once', t => {
	t.is(desiredVips({vips: [web, {...web, address: '192.0.2.101'}]}).macs.length, 1);
});

test('observed is what was added with this run directory or is named by the farm, not another farm\'s; ours first where an address stands twice', t => {
	const stranger = {interface: 'eth0', address: '192.0.2.11', family: 4, isOurs: false, isRecorded: false} as const;
	const mine = {interface: 'eth0', address: web.address, family: 4, isOurs: true, isRecorded: true} as const;
	const old = {interface: 'eth1', address: '192.0.2.55', family: 4, isOurs: true, isRecorded: true} as const;
	const elsewhere = {interface: 'eth0', address: '192.0.2.77', family: 4, isOurs: true, isRecorded: false} as const;
	const mac = {interface: 'eth0', mac: web.mac, isOurs: false};
	const found = {addresses: [stranger, {...mine, isOurs: false}, mine, old, elsewhere], macs: [mac, {...mac, mac: '33:33:00:00:00:01'}]};
	const observed = observeVips(found, farm);
	const bare = ({isRecorded: _, ...address}: typeof mine | typeof old) => address;
	t.deepEqual(observed, {addresses: [bare(mine), bare(old)], macs: [mac]});
	t.deepEqual(reportVips(farm, observed).map(({address, hasAddress, hasMac}) => [address, hasAddress, hasMac]), [
		['192.0.2.100', true, true], ['2001:db8::100', false, false],
	]);
});

test('interfaces that are missing or down are problems, each once', t => {
	const interfaces = [{name: 'eth0', isUp: true}, {name: 'eth1', isUp: false}];
	const on = (name: string): Vip => ({...web, interface: name});
	t.deepEqual(findInterfaceProblems({vips: [on('eth0'), on('eth1'), on('eth1'), on('eth2')]}, interfaces), [
		{interface: 'eth1', kind: 'down'}, {interface: 'eth2', kind: 'missing'},
	]);
});

test('an interface of a VIP that is missing, down or without carrier hinders the node; any other does not', t => {
	const eth0 = {name: 'eth0', isUp: true, hasCarrier: true};
	const one = {vips: [web]};
	t.is(linkHindrance(one, [eth0, {name: 'eth9', isUp: false, hasCarrier: false}]), '');
	t.is(linkHindrance(one, [{...eth0, hasCarrier: false}]), 'interface eth0 has no carrier');
	t.is(linkHindrance(one, [{...eth0, isUp: false, hasCarrier: false}]), 'interface eth0 is down');
	t.is(linkHindrance(one, []), 'interface eth0 is missing');
});
