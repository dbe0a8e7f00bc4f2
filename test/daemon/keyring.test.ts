import {Buffer} from 'node:buffer';
import test from 'ava';
import {deriveTiming} from '../../src/core/config/timing.js';
import type {FarmEvent} from '../../src/core/model/event.js';
import {createKeyring, isApart, type KeyringParts} from '../../src/daemon/keyring.js';
import {createSealer} from '../../src/edge/seal/seal.js';
import {DaemonFailure} from '../../src/errors.js';
import {configOf, createSingle, heartbeatOf} from '../core/membership/single.js';

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const idOf = (key: Uint8Array): string => createSealer({keys: [key], farm: 'web', self: 9}).keyIds().sealing;
const nodes = [1, 2, 3].map(id => ({id, name: `web${id}`, weight: 1, addresses: [`192.0.2.1${id}`]}));

function subject(over: Partial<KeyringParts> = {}) {
	const events: FarmEvent[] = [];
	const hindrances: string[] = [];
	const sealer = createSealer({keys: [oldKey], farm: 'web', self: 1});
	const keyring = createKeyring({
		sealer,
		record(event) {
			events.push(event);
		},
		farm: () => ({nodes, keyFile: '/etc/farmctl/farm.key', heartbeat: {port: 4803, multicast: [], timing: deriveTiming({detection: 30})}}),
		isApart: () => true,
		hinder(reason) {
			hindrances.push(reason);
		},
		...over,
	});
	return {
		keyring, events, hindrances, sealer,
	};
}

/** What the core knows when it has heard the second node. */
function stateWithPeer() {
	const single = createSingle(configOf(3));
	single.give({kind: 'start'});
	single.give({kind: 'heard', message: heartbeatOf(2), network: 0});
	return single.state();
}

test('a new key is told by its id, and never by what it is', t => {
	const {keyring, events, sealer} = subject();
	keyring.use([newKey, oldKey], {peers: []});
	t.deepEqual(events, [{
		level: 'info', name: 'keys-changed', message: `seals with key ${idOf(newKey)}, before with ${idOf(oldKey)}; accepts ${idOf(newKey)}, ${idOf(oldKey)}`,
		fields: {sealing: idOf(newKey), accepted: `${idOf(newKey)} ${idOf(oldKey)}`},
	}]);
	t.deepEqual(sealer.keyIds(), keyring.ids());
	t.false([oldKey, newKey].some(key => JSON.stringify(events).includes(key.toString('hex'))));
	keyring.use([newKey, oldKey], {peers: []});
	t.is(events.length, 1, 'the same keys are no news');
});

test('a key that a live peer seals with is not given up', t => {
	const {keyring, events, sealer} = subject();
	keyring.opened({
		sender: 2, incarnation: 50, sequence: 1, keyId: idOf(oldKey),
	});
	const error = t.throws(() => {
		keyring.use([newKey], stateWithPeer());
	}, {instanceOf: DaemonFailure});
	t.is(error.message, `nothing was changed: web2 seals with key ${idOf(oldKey)}, which is not in /etc/farmctl/farm.key any more`);
	t.is(sealer.keyIds().sealing, idOf(oldKey));
	t.deepEqual(events, []);
	keyring.use([newKey], {peers: []});
	t.is(sealer.keyIds().sealing, idOf(newKey), 'that of a node that is gone is');
});

test('a peer that begins to seal with another key is told once, by its newest heartbeat', t => {
	const {keyring, events} = subject();
	const opened = (sequence: number, key: Uint8Array): void => {
		keyring.opened({
			sender: 2, incarnation: 50, sequence, keyId: idOf(key),
		});
	};

	opened(1, oldKey);
	opened(3, newKey);
	opened(2, oldKey);
	opened(4, newKey);
	t.deepEqual(events.map(({name, fields}) => [name, fields]), [['node-key-changed', {node: 'web2', key: idOf(newKey)}]]);
	t.is(keyring.keyOf(2), idOf(newKey));
	t.is(keyring.keyOf(3), undefined);
});

test('a node that hears nobody waits while a peer seals with a key it does not have, and no longer', async t => {
	const {promise: released, resolve: goOn} = Promise.withResolvers<void>();
	const hindrances: string[] = [];
	const {keyring} = subject({
		hinder(reason) {
			hindrances.push(reason);
			if (reason === '') {
				goOn();
			}
		},
	});
	keyring.unopened('203.0.113.5', '99887766');
	t.deepEqual(hindrances, [], 'that of a stranger is nothing');
	keyring.unopened('192.0.2.12', '99887766');
	keyring.unopened('192.0.2.12', '99887766');
	t.deepEqual(hindrances, ['web2 seals with key 99887766, which is not in /etc/farmctl/farm.key']);
	await released;
	t.is(hindrances.at(-1), '', 'when it is heard no more');
	keyring.unopened('192.0.2.12', '99887766');
	keyring.opened({
		sender: 3, incarnation: 1, sequence: 1, keyId: idOf(oldKey),
	});
	t.is(hindrances.at(-1), '', 'when anyone is heard');
	t.is(hindrances.length, 4);
});

test('a node that serves, or hears a peer, is not moved by what it cannot open', t => {
	const {keyring, hindrances} = subject({isApart: () => isApart(stateWithPeer())});
	keyring.unopened('192.0.2.12', '99887766');
	t.deepEqual(hindrances, []);
	t.true(isApart({isAdmitted: false, peers: []}));
	t.false(isApart({isAdmitted: true, peers: []}));
});
