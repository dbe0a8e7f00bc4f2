import test from 'ava';
import {renderFarm} from '../../../src/core/config/render.js';
import type {JsonValue} from '../../../src/core/config/tree.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {
	goodDocument, parse, problemsOf, withAt,
} from './documents.js';

const withGroups = (groups: JsonValue, group?: string): JsonValue => withAt(withAt(goodDocument, ['groups'], groups), ['rules', 0, 'group'], group);

function farmOf(document: JsonValue): Farm {
	const result = parse(document);
	if ('problems' in result) {
		throw new Error(result.problems.map(({message}) => message).join('\n'));
	}

	return result.farm;
}

const warningsOf = (document: JsonValue): string[] => {
	const result = parse(document);
	return 'farm' in result ? result.warnings.map(({path, message}) => `${path}: ${message}`) : ['not a farm'];
};

test('a group has the weights of the nodes but for those that it names; the default group comes first', t => {
	const {groups, rules} = farmOf(withGroups({static: {weights: {web1: 5}}, admin: {priority: ['web2', 'web1']}}, 'static'));
	t.deepEqual(groups, [
		{name: 'default', weights: {1: 1, 2: 2}, order: []},
		{name: 'static', weights: {1: 5, 2: 2}, order: []},
		{name: 'admin', weights: {1: 1, 2: 2}, order: [2, 1]},
	]);
	t.deepEqual(rules.map(({group}) => group), ['static', 'default']);
});

test('the default group may be named, wherever it stands', t => {
	const {groups} = farmOf(withGroups({static: {}, default: {priority: ['web1']}}, 'static'));
	t.deepEqual(groups.map(({name, order}) => [name, order]), [['default', [1]], ['static', []]]);
	t.deepEqual(farmOf(withGroups({})).groups, farmOf(goodDocument).groups);
});

test('what is shown is read as the same groups', t => {
	const document = withGroups({default: {weights: {web2: 0}}, static: {weights: {web1: 5, web2: 1}}, admin: {priority: ['web2', 'web1']}, empty: {}}, 'admin');
	const text = renderFarm(farmOf(document));
	t.regex(text, /^groups:\n {2}default: \{weights: \{web2: 0\}\}\n {2}static: \{weights: \{web1: 5, web2: 1\}\}\n {2}admin: \{priority: \[web2, web1\]\}\n {2}empty: \{\}\nrules:/mu);
	t.notRegex(renderFarm(farmOf(goodDocument)), /groups/u);
});

const told = test.macro<[JsonValue, string | undefined, ...string[]]>((t, groups, group, ...problems) => {
	t.deepEqual(problemsOf(withGroups(groups, group)), problems);
});

test('an unknown group', told, {static: {}}, 'sttic', 'rules[0].group: the rule names the group \'sttic\', which is not one of this farm');
test('an unknown node in the weights', told, {static: {weights: {web3: 1}}}, 'static', 'groups.static.weights.web3: the farm has no node \'web3\'');
test('an unknown node in the list', told, {static: {priority: ['web1', 'wbe2']}}, 'static', 'groups.static.priority[1]: the farm has no node \'wbe2\'');
test('a node twice in the list', told, {static: {priority: ['web1', 'web1']}}, 'static', 'groups.static.priority[1]: node \'web1\' is in the list already');
test('weights and a priority', told, {static: {priority: ['web1'], weights: {web1: 1}}}, 'static',
	'groups.static.priority: group \'static\' has weights and a priority: it is shared, or belongs to the first of a list');
test('an empty list', told, {static: {priority: []}}, 'static', 'groups.static.priority: priority: needs at least one entry');
test('a weight out of range', told, {static: {weights: {web1: 1001}}}, 'static', 'groups.static.weights.web1: web1: expected a whole number from 0 to 1000, found the number 1001');
test('a name that no chain could have', told, {Static: {}}, undefined, 'groups.Static: groups: expected a name of small letters, digits and hyphens, at most 15, found \'Static\'');
test('too many with the default group', told, {a: {}, b: {}, c: {}, d: {}}, undefined, 'groups: there are 5 groups with \'default\', at most 4 are allowed');
test('a node that is wrong itself is not missed', t => {
	t.deepEqual(problemsOf(withAt(withGroups({static: {weights: {web2: 3}}}, 'static'), ['nodes', 'web2', 'id'], 0)).map(problem => problem.split(':', 1)[0]), ['nodes.web2.id']);
});

test('what works and may surprise', t => {
	t.deepEqual(warningsOf(withGroups({static: {weights: {web1: 0, web2: 0}}}, 'static')), ['groups.static: no node has a weight in the group \'static\', so nobody serves it']);
	t.deepEqual(warningsOf(withGroups({static: {}})), ['groups.static: no rule names the group \'static\'']);
	t.deepEqual(warningsOf(withGroups({admin: {priority: ['web1']}}, 'admin')), []);
});
