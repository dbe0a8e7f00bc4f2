import test from 'ava';
import fc from 'fast-check';
import {ownersOf} from '../../../src/core/assignment/owners.js';
import {areCompatible, clashesBetween, keptPorts, middleOf} from '../../../src/core/change/compatibility.js';
import {createSlotFinder, type Packet, type SlotFinder} from '../../../src/core/explain/slot-of.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {farmWith, ruleFor, vip4, vips} from '../../kernel/support/machine.js';
import {anyPair, portsUnder, twoNodes} from './farms.js';

const owners = ownersOf(twoNodes);

/** Nodes that would accept the packet, node 1 running the one configuration and node 2 the other. */
function acceptors(packet: Packet, finders: readonly SlotFinder[]): number[] {
	return finders.flatMap((find, index) => {
		const found = find(packet);
		return 'reason' in found || owners[found.slot] !== index + 1 ? [] : [index + 1];
	});
}

/** Of the packets from a few clients to every port of every VIP, echo requests included, those that two nodes accept. */
function acceptedTwice(farms: readonly [Farm, Farm]): Packet[] {
	const found: Packet[] = [];
	const finders = farms.map(farm => createSlotFinder(farm));
	for (const vip of new Map([...farms[0].vips, ...farms[1].vips].map(vip => [vip.address, vip])).values()) {
		for (let client = 1; client <= 8; client++) {
			const address = vip.family === 4 ? `198.51.${client * 9}.${client}` : `2001:db8:${client}::${client}`;
			for (let port = 1; port < portsUnder; port++) {
				for (const protocol of ['tcp', 'udp', 'echo'] as const) {
					const packet = {client: address, clientPort: 1024 + (client * port), vip: vip.address, protocol, vipPort: port};
					found.push(...acceptors(packet, finders).length > 1 ? [packet] : []);
				}
			}
		}
	}

	return found;
}

test('with nodes on either of two compatible configurations no packet has two acceptors', t => {
	let compatible = 0;
	fc.assert(fc.property(anyPair, ([a, b]) => {
		if (!areCompatible(a, b)) {
			return;
		}

		compatible++;
		t.deepEqual(acceptedTwice([a, b]), []);
	}), {numRuns: 60});
	t.true(compatible > 5);
});

test('two that are not compatible are both compatible with their middle, and without it packets have two acceptors', t => {
	let bad = 0;
	let overlapping = 0;
	fc.assert(fc.property(anyPair, ([a, b]) => {
		const middle = middleOf(a, b);
		t.true(areCompatible(a, middle) && areCompatible(middle, b));
		t.deepEqual(middle.nodes, b.nodes);
		const isCompatible = areCompatible(a, b);
		t.is(JSON.stringify(middle.rules) === JSON.stringify(b.rules), isCompatible);
		bad += isCompatible ? 0 : 1;
		overlapping += [...acceptedTwice([a, b]), ...acceptedTwice([b, a])].length > 0 ? 1 : 0;
		t.deepEqual([...acceptedTwice([a, middle]), ...acceptedTwice([middle, a]), ...acceptedTwice([middle, b]), ...acceptedTwice([b, middle])], []);
	}), {numRuns: 60});
	t.true(bad > 5);
	t.true(overlapping > 5);
});

test('the middle keeps every port that both serve alike', t => {
	fc.assert(fc.property(anyPair, ([a, b]) => {
		const middle = createSlotFinder(middleOf(a, b));
		for (const rule of b.rules) {
			for (let port = rule.ports[0]!.from; port <= rule.ports[0]!.to; port++) {
				const old = a.rules.find(one => one.vip === rule.vip && one.protocol === rule.protocol && one.ports.some(({from, to}) => from <= port && port <= to));
				const isAlike = old === undefined || old.affinity === rule.affinity;
				const client = rule.vip.includes(':') ? '2001:db8::9' : '198.51.100.9';
				t.is('slot' in middle({client, clientPort: 9, vip: rule.vip, protocol: rule.protocol, vipPort: port}), isAlike);
			}
		}
	}), {numRuns: 100});
});

const tcp = (ports: readonly number[], affinity: 'client' | 'connection' = 'client') => ruleFor(vips[4], 'tcp', ports, affinity);
const farm = (...rules: ReadonlyArray<ReturnType<typeof tcp>>): Farm => farmWith({vips: [vip4], rules});

test('a rule that comes, goes or is written in another way clashes with nothing; another affinity does, in the ports that both have', t => {
	t.deepEqual(clashesBetween(farm(tcp([80])), farm(tcp([80]), tcp([443], 'connection'))), []);
	t.deepEqual(clashesBetween(farm(tcp([80]), tcp([443])), farm(tcp([80, 443]))), []);
	const [clash, ...more] = clashesBetween(farm(tcp([80, 443])), farm(tcp([443], 'connection')));
	t.like(clash, {vip: vips[4], protocol: 'tcp', ports: {from: 443, to: 443}});
	t.deepEqual(more, []);
	t.deepEqual(middleOf(farm(tcp([80, 443])), farm(tcp([443], 'connection'), tcp([80]))).rules, [tcp([80])]);
});

test('another seed or back end is compatible with nothing', t => {
	t.false(areCompatible(farm(), {...farm(), seed: 8}));
	t.false(areCompatible(farm(), {...farm(), backend: 'iptables'}));
});

test('connections are kept on TCP ports that are dealt anew or not any more, of VIPs that stay', t => {
	const wide = farmWith({vips: [vip4], rules: [{...tcp([]), ports: [{from: 1, to: 100}]}, ruleFor(vips[4], 'udp', [53], 'client')]});
	t.deepEqual(keptPorts(wide, farm(tcp([80]), tcp([90], 'connection'))), [{vip: vips[4], protocol: 'tcp', ports: [{from: 1, to: 79}, {from: 81, to: 100}]}]);
	t.deepEqual(keptPorts(wide, {...farm(), vips: []}), []);
	t.deepEqual(keptPorts(wide, wide), []);
});
