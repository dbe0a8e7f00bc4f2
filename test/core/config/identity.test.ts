import test from 'ava';
import {itemLine, ownershipFingerprint, ownershipItems} from '../../../src/core/config/ownership.js';
import {findSelf} from '../../../src/core/config/self.js';
import type {Farm} from '../../../src/core/model/farm.js';
import type {JsonValue} from '../../../src/core/config/tree.js';
import {goodDocument, parse, withAt} from './documents.js';

function farmOf(document: JsonValue): Farm {
	const result = parse(document);
	if ('problems' in result) {
		throw new Error(JSON.stringify(result.problems));
	}

	return result.farm;
}

const farm = farmOf(goodDocument);

test('a node is found by its name, or by an address of the machine in any text form', t => {
	t.like(findSelf(farm, {name: 'web2', machineAddresses: []}), {node: {id: 2}});
	t.like(findSelf(farm, {name: 'web2', machineAddresses: ['192.0.2.11']}), {node: {id: 2}});
	t.like(findSelf(farm, {machineAddresses: ['127.0.0.1', '2001:0DB8:0::11']}), {node: {name: 'web1'}});
});

test('why there is none', t => {
	t.like(findSelf(farm, {name: 'wbe1', machineAddresses: []}), {reason: 'the farm \'web\' has no node \'wbe1\'; did you mean \'web1\'?'});
	t.like(findSelf(farm, {machineAddresses: ['127.0.0.1']}), {reason: 'no address of this machine is a node\'s address in the farm \'web\' (web1, web2)'});
	t.like(findSelf(farm, {machineAddresses: ['192.0.2.11', '192.0.2.12']}), {reason: 'this machine has addresses of several nodes: web1, web2'});
});

const changes = test.macro({
	exec(t, document: JsonValue, part: string | undefined) {
		const other = farmOf(document);
		const lines = new Set(ownershipItems(farm).map(item => itemLine(item)));
		const differing = ownershipItems(other).filter(item => !lines.has(itemLine(item))).map(item => item.part);
		t.deepEqual(differing, part === undefined ? [] : [part]);
		t.is(ownershipFingerprint(other) === ownershipFingerprint(farm), part === undefined);
	},
	title: (title = '') => `ownership: ${title}`,
});

test('the seed', changes, withAt(goodDocument, ['seed'], 8), 'seed');
test('an affinity', changes, withAt(goodDocument, ['rules', 0, 'affinity'], 'connection'), 'rule');
test('the back end', changes, withAt(goodDocument, ['backend'], 'iptables'), 'back end');
test('a port', changes, withAt(goodDocument, ['rules', 0, 'ports', 0], 81), 'rule');
test('a mode', changes, withAt(goodDocument, ['vips', 1, 'mode'], 'unicast'), 'VIP');
test('an interface changes nothing', changes, withAt(goodDocument, ['vips', 1, 'interface'], 'ens3'), undefined);
test('the order of rules and VIPs changes nothing', changes, withAt(withAt(goodDocument, ['rules'], goodDocument.rules.toReversed()), ['vips'], goodDocument.vips.toReversed()), undefined);
test('weights are the view\'s', changes, withAt(goodDocument, ['nodes', 'web1', 'weight'], 5), undefined);
test('the order of a priority', changes, withAt(goodDocument, ['groups'], {default: {priority: ['web2', 'web1']}}), 'group');
test('a group of rules', changes, withAt(goodDocument, ['groups'], {static: {}}), 'group');
test('a default group that says nothing of its own changes nothing', changes, withAt(goodDocument, ['groups'], {default: {weights: {web1: 7}}}), undefined);
test('the timing changes nothing', changes, withAt(goodDocument, ['heartbeat', 'detection'], '1s'), undefined);

test('ownership: the group of a rule, and the place of a group', t => {
	const withGroups = (groups: JsonValue): Farm => farmOf(withAt(withAt(goodDocument, ['groups'], groups), ['rules', 0, 'group'], 'static'));
	const [one, same, moved] = [withGroups({static: {}, admin: {}}), withGroups({static: {weights: {web1: 9}}, admin: {}}), withGroups({admin: {}, static: {}})];
	t.is(ownershipFingerprint(one), ownershipFingerprint(same));
	t.not(ownershipFingerprint(one), ownershipFingerprint(moved));
	t.not(ownershipFingerprint(one), ownershipFingerprint({...one, rules: one.rules.map(rule => ({...rule, group: 'admin'}))}));
});
