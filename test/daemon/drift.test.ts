import test from 'ava';
import {ownershipFingerprint} from '../../src/core/config/ownership.js';
import {comparisonFormat} from '../../src/core/drift/comparison.js';
import {noItemText} from '../../src/core/drift/difference.js';
import {placesCount} from '../../src/core/drift/inventory.js';
import type {Difference} from '../../src/core/membership/types.js';
import type {Farm, Rule} from '../../src/core/model/farm.js';
import {monoMs} from '../../src/core/model/time.js';
import {comparisonIntervalMs, createDrift, type Drift} from '../../src/daemon/drift.js';
import {channels} from '../../src/edge/seal/header.js';
import {createSealer} from '../../src/edge/seal/seal.js';
import {farmWith, ruleFor} from '../kernel/support/machine.js';

const nodes = [1, 2, 3].map(id => ({name: `web${id}`, id, addresses: [`192.0.2.1${id}`], weight: 1}));
const rule = (port: number): Rule => ruleFor('192.0.2.100', 'tcp', [port], 'client');
const farmOf = (rules: readonly Rule[]): Farm => ({...farmWith({rules}), nodes});

type Node = {farm: Farm; readonly drift: Drift; readonly told: Difference[]; readonly refused: string[]};

/** Nodes with a wire between them that `loses` what it is told to; `sent` counts datagrams. */
function createFarm(...farms: readonly Farm[]) {
	const wire = {now: 0, sent: 0, loses: () => false};
	const members: Node[] = [];
	for (const [index, farm] of farms.entries()) {
		const self = nodes[index]!;
		const sealer = createSealer({keys: [Buffer.from('a key')], farm: farm.name, self: self.id});
		const node: Node = {
			farm, told: [], refused: [],
			drift: createDrift({
				sealer, self,
				farm: () => node.farm,
				clock: {now: () => monoMs(wire.now)},
				incarnation: () => 1,
				port: () => ({
					send(_network, address, bytes) {
						wire.sent++;
						if (!wire.loses()) {
							deliver(address, bytes);
						}
					},
				}),
				told(difference) {
					node.told.push(difference);
				},
			}),
		};
		members.push(node);
	}

	const openers = members.map((_, index) => createSealer({keys: [Buffer.from('a key')], farm: farms[0]!.name, self: nodes[index]!.id}));
	const deliver = (address: string, bytes: Uint8Array): void => {
		const index = nodes.findIndex(({addresses}) => addresses[0] === address);
		const opened = openers[index]!.open(bytes);
		if (!opened.ok || opened.channel !== channels.difference) {
			throw new Error('not a datagram of the channel');
		}

		const reason = members[index]!.drift.received(opened.sender, opened.plaintext);
		if (reason !== undefined) {
			members[index]!.refused.push(reason);
		}
	};

	/** Every node hears every other. */
	const beat = (times = 1): void => {
		for (let count = 0; count < times; count++) {
			wire.now += 50;
			for (const [index, node] of members.entries()) {
				for (const [other, {farm}] of members.entries()) {
					if (other !== index) {
						node.drift.noticed({sender: other + 1, fingerprint: ownershipFingerprint(farm), state: 'WAIT'});
					}
				}
			}
		}
	};

	return {wire, members, beat};
}

const texts = ({told}: Node): string[] => [...new Set(told.map(({text}) => text))];
const sentence = 'web1 has rule \'192.0.2.100 tcp 80 client\', web2 has rule \'192.0.2.100 tcp 81 client\'';

test('both sides learn what differs, with the fingerprints it is about, and then are silent', t => {
	const [one, two] = [farmOf([rule(80)]), farmOf([rule(81)])];
	const {wire, members: [web1, web2], beat} = createFarm(one, two);
	beat();
	t.deepEqual(web1!.told, [{
		peer: 2, own: ownershipFingerprint(one), theirs: ownershipFingerprint(two), text: sentence,
	}]);
	t.deepEqual(texts(web2!), [sentence]);
	const {sent} = wire;
	beat(100);
	t.is(wire.sent, sent);
});

test('nodes that are alike say nothing', t => {
	const {wire, beat} = createFarm(farmOf([rule(80)]), farmOf([rule(80)]));
	beat(100);
	t.is(wire.sent, 0);
});

test('while no answer comes a peer is asked once a second, and not in between', t => {
	const {wire, members: [web1], beat} = createFarm(farmOf([rule(80)]), farmOf([rule(81)]));
	wire.loses = () => true;
	beat(10 * comparisonIntervalMs / 50);
	t.is(wire.sent, 2 * 10, 'ten each');
	t.deepEqual(web1!.told, []);
	wire.loses = () => false;
	beat(comparisonIntervalMs / 50);
	t.deepEqual(texts(web1!), [sentence]);
});

test('whoever asks without end is answered once a second', t => {
	const {wire, members: [web1, web2]} = createFarm(farmOf([rule(80)]), farmOf([rule(81)]));
	const fresh = () => createFarm(farmOf([rule(80)]), farmOf([rule(81)]));
	const asked: Uint8Array[] = [];
	const asking = fresh();
	asking.wire.loses = () => true;
	const recorder = createDrift({
		sealer: {
			seal(_channel, bytes) {
				asked.push(bytes);
				return Buffer.alloc(0);
			},
		},
		self: nodes[1]!, farm: () => web2!.farm, clock: {now: () => monoMs(0)}, incarnation: () => 1, port: () => undefined, told() {},
	});
	recorder.noticed({sender: 1, fingerprint: ownershipFingerprint(web1!.farm), state: 'UP'});
	for (let count = 0; count < 100; count++) {
		wire.now += comparisonIntervalMs / 100;
		web1!.drift.received(2, asked[0]!);
	}

	t.is(wire.sent, 1);
});

test('a node that stops or has stopped is not asked', t => {
	const {wire, members: [web1]} = createFarm(farmOf([rule(80)]), farmOf([rule(81)]));
	for (const state of ['STOPPING', 'OFF'] as const) {
		web1!.drift.noticed({sender: 2, fingerprint: '00000000000000bb', state});
	}

	t.is(wire.sent, 0);
});

test('another difference is found after a change', t => {
	const {members: [web1, web2], beat} = createFarm(farmOf([rule(80)]), farmOf([rule(81)]));
	beat();
	web2!.farm = farmOf([rule(80), rule(443)]);
	beat(comparisonIntervalMs / 50);
	t.is(texts(web1!).at(-1), 'web2 has rule \'192.0.2.100 tcp 443 client\', which web1 lacks');
	t.is(web1!.told.at(-1)!.theirs, ownershipFingerprint(web2!.farm));
});

test('three that all differ: each learns of each', t => {
	const {members, beat} = createFarm(farmOf([rule(80)]), farmOf([rule(81)]), farmOf([rule(82)]));
	beat(comparisonIntervalMs / 50);
	for (const [index, node] of members.entries()) {
		t.deepEqual([...new Set(node.told.map(({peer}) => peer))].toSorted((a, b) => a - b), [1, 2, 3].filter(id => id !== index + 1));
	}
});

test('items that are the same under fingerprints that are not: it is the versions', t => {
	const {wire, members: [web1, web2]} = createFarm(farmOf([rule(80)]), farmOf([rule(80)]));
	const answers: Uint8Array[] = [];
	const lying = createDrift({
		sealer: {
			seal(_channel, bytes) {
				// A farmctl that makes another fingerprint of the same items: its own, and the one it thinks that it answers.
				bytes.set(Buffer.from('00000000000000bb', 'hex'), 4);
				answers.push(bytes);
				return Buffer.alloc(0);
			},
		},
		self: nodes[1]!, farm: () => web2!.farm, clock: {now: () => monoMs(wire.now)}, incarnation: () => 1, port: () => undefined, told() {},
	});
	const asked: Uint8Array[] = [];
	const asking = createDrift({
		sealer: {
			seal(_channel, bytes) {
				asked.push(bytes);
				return Buffer.alloc(0);
			},
		},
		self: nodes[0]!, farm: () => web1!.farm, clock: {now: () => monoMs(wire.now)}, incarnation: () => 1, port: () => undefined,
		told(difference) {
			web1!.told.push(difference);
		},
	});
	for (let round = 0; round < placesCount; round++) {
		t.deepEqual(web1!.told, []);
		asking.noticed({sender: 2, fingerprint: '00000000000000bb', state: 'UP'});
		lying.received(1, asked.at(-1)!);
		asking.received(2, answers.at(-1)!);
		wire.now += comparisonIntervalMs;
	}

	t.deepEqual(texts(web1!), [noItemText]);
});

test('bytes that are no comparison are refused by reason; another format says so', t => {
	const {wire, members: [web1]} = createFarm(farmOf([rule(80)]), farmOf([rule(81)]));
	wire.loses = () => true;
	const newer = Uint8Array.of(comparisonFormat + 1, 1, 2, 3);
	t.is(web1!.drift.received(2, newer), 'format');
	t.deepEqual(web1!.told, [], 'of a peer that was not heard');
	web1!.drift.noticed({sender: 2, fingerprint: '00000000000000bb', state: 'UP'});
	web1!.drift.received(2, newer);
	t.regex(texts(web1!)[0]!, /^web2 has another version of farmctl, which compares configurations in format 2 instead of 1$/);
	t.is(web1!.drift.received(2, Uint8Array.of(comparisonFormat)), 'malformed');
	t.is(web1!.drift.received(9, Uint8Array.of()), 'unconfigured sender');
	t.is(web1!.drift.received(1, Uint8Array.of()), 'own id');
});
