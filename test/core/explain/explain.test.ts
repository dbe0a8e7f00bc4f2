import test from 'ava';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {ownersOf} from '../../../src/core/assignment/owners.js';
import {distribute} from '../../../src/core/explain/distribution.js';
import {explain} from '../../../src/core/explain/explain.js';
import {assumed, type Knowledge} from '../../../src/core/explain/knowledge.js';
import {parseEndpoint} from '../../../src/core/explain/question.js';
import {renderDistribution} from '../../../src/core/explain/render-distribution.js';
import {renderExplanation} from '../../../src/core/explain/render.js';
import {explainSchema} from '../../../src/core/explain/schema.js';
import type {Explanation, SlotAnswer} from '../../../src/core/explain/explanation.js';
import {slotOfClient} from '../../../src/core/hash/jhash.js';
import {hmarkSlotOfClient} from '../../../src/core/hash/hmark.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {defaultGroupName, plainGroup} from '../../../src/core/model/group.js';
import {listSlots, noSlots, slotSetOf, slotsCount, slotStride} from '../../../src/core/model/slot-set.js';
import {monoMs} from '../../../src/core/model/time.js';
import {farmWith, ruleFor, vip4, vip6} from '../../kernel/support/machine.js';

const nodes = [1, 2, 3].map(id => ({name: `web${id}`, id, addresses: [], weight: 1}));
const farm: Farm = {
	...farmWith({rules: [ruleFor(vip4.address, 'tcp', [80, 443], 'client'), ruleFor(vip4.address, 'tcp', [8080], 'connection'), ruleFor(vip6.address, 'udp', [53], 'network')]}),
	nodes,
	groups: [plainGroup(defaultGroupName, nodes)],
};
const ajv = new Ajv2020({allowUnionTypes: true});
addFormats.default(ajv);
const isOfSchema = ajv.compile(explainSchema);

const asIf = (...names: readonly string[]): Knowledge => {
	const knowledge = assumed(farm, names);
	if ('unknown' in knowledge) {
		throw new Error(`no node ${knowledge.unknown.join(',')}`);
	}

	return knowledge;
};

const all = asIf('web1', 'web2', 'web3');

const ask = (client: string, vip?: string, knowledge = all): Explanation =>
	explain({client: parseEndpoint(client)!, ...vip !== undefined && {vip: parseEndpoint(vip)!}}, knowledge);

const slotIn = (explanation: Explanation, index = 0): SlotAnswer => {
	const answer = explanation.answers[index]!;
	if (!('found' in answer)) {
		throw new Error('the answer has no slot');
	}

	return answer.found;
};

test('every client belongs to the node that the assignment gives its slot to, and the next is who has it without that node', t => {
	const owners = ownersOf(farm.nodes);
	for (let number = 0; number < 300; number++) {
		const client = `10.1.${number % 250}.${1 + (number % 7)}`;
		const {slot, owner, next, order} = slotIn(ask(client, '192.0.2.100:80'));
		t.is(slot, slotOfClient('client', client, undefined, farm.seed));
		t.is(owner, `web${owners[slot]}`);
		t.deepEqual(order.map(({name}) => name), [owner, ...next]);
		const rest = farm.nodes.filter(({name}) => name !== owner);
		t.is(next[0], `web${ownersOf(rest)[slot]}`);
		t.is(slotIn(ask(client, '192.0.2.100:80', asIf(...rest.map(({name}) => name)))).owner, next[0] ?? null);
	}
});

test('without a VIP every rule of the family answers, and echo requests', t => {
	const {answers} = ask('198.51.100.7:5000');
	t.deepEqual(answers.map(({vip, protocol, affinity}) => [vip, protocol, affinity]), [
		[vip4.address, 'tcp', 'client'], [vip4.address, 'tcp', 'connection'], [vip4.address, 'echo', 'client'],
	]);
	t.deepEqual(ask('2001:db8:9::7').answers.map(({vip, protocol}) => [vip, protocol]), [[vip6.address, 'udp'], [vip6.address, 'echo']]);
});

test('the affinity `connection` without a port tells what the ports reach', t => {
	const [answer] = ask('198.51.100.7', '192.0.2.100:8080').answers;
	t.true(answer !== undefined && 'anyPort' in answer);
	const shares = answer !== undefined && 'anyPort' in answer ? answer.anyPort : [];
	t.is(shares.reduce((sum, {ports}) => sum + ports, 0), 65_535);
	t.deepEqual(new Set(shares.map(({node}) => node)), new Set(['web1', 'web2', 'web3']));
	t.is(shares.find(({node}) => node === 'web1')!.ports, Array.from({length: 65_535}, (_, index) => ask1(index + 1)).filter(owner => owner === 1).length);
});

const owners = ownersOf(farm.nodes);
const ask1 = (port: number): number => owners[slotOfClient('connection', '198.51.100.7', port, farm.seed)]!;

test('the hash is that of the back end', t => {
	const client = '198.51.100.7';
	t.like(slotIn(ask(client)).hash, {function: 'jhash', key: 'c6336407', seed: farm.seed});
	const iptables = slotIn(ask(client, undefined, {...all, farm: {...farm, backend: 'iptables'}}));
	t.like(iptables, {slot: hmarkSlotOfClient('client', client, undefined, farm.seed), hash: {function: 'hmark', key: '00000000c633640700000000'}});
});

for (const [client, vip, expected] of [
	['198.51.100.7', '192.0.2.100:99', /no rule names port 99 of 192\.0\.2\.100/],
	['198.51.100.7', '192.0.2.99', /192\.0\.2\.99 is no VIP of farm/],
	['198.51.100.7', '2001:db8::100', /cannot reach/],
] as const) {
	test(`no answer, and why: ${vip}`, t => {
		const explanation = ask(client, vip);
		t.deepEqual(explanation.answers, []);
		t.regex(explanation.problem!, expected);
		t.true(renderExplanation(explanation).includes(explanation.problem!));
		t.true(isOfSchema(explanation), ajv.errorsText(isOfSchema.errors));
	});
}

test('where nobody serves nobody is the owner', t => {
	const explanation = ask('198.51.100.7', '192.0.2.100:80', asIf());
	t.like(slotIn(explanation), {owner: null, assigned: null, next: []});
	t.regex(renderExplanation(explanation), /owner {5}nobody: every node drops/);
});

/** What a daemon knows: web2 has died and web1 took the slot; web3 still serves connections of it. */
const slot = slotOfClient('client', '198.51.100.7', undefined, farm.seed);
const live: Knowledge = {
	source: 'daemon',
	farm,
	nodes: farm.nodes.map(node => ({
		id: node.id,
		name: node.name,
		weights: [1],
		shareThousandths: 1000,
		isServing: node.name !== 'web2',
		live: {
			state: node.name === 'web2' ? 'DEAD' : 'UP',
			held: node.name === 'web1' ? slotSetOf([slot]) : noSlots,
			isHeldExact: true,
			isRetainedExact: true,
			retained: node.name === 'web3' ? slotSetOf([slot]) : noSlots,
		},
	})),
	moves: {
		last: () => ({at: monoMs(1000), kind: 'claimed', node: 1, from: 2, reason: {kind: 'left', node: 2, state: 'DEAD'}}),
		now: monoMs(66_000),
		wallOf: at => new Date(Date.parse('2026-11-23T03:58:54.000Z') + at).toISOString(),
	},
};

test('a daemon tells who has the slot by the nodes\' own word, since when and why, and who retains it', t => {
	const explanation = {...ask('198.51.100.7', '192.0.2.100:80', live), node: 'web1', at: '2026-11-23T04:00:00.000Z'};
	t.like(slotIn(explanation), {
		owner: 'web1', retainedBy: ['web3'], lastMove: {at: '2026-11-23T03:58:55.000Z', agoMs: 65_000, from: 'web2', why: 'web2 died'},
	});
	const text = renderExplanation(explanation);
	t.regex(text, /owner {5}web1 since 2026-11-23 03:58:55 UTC \(1 min 5 s ago\), from web2: web2 died/);
	t.regex(text, /web2 \(DEAD\)/);
	t.regex(text, /web3 still serves established connections of the slot/);
	t.true(isOfSchema(explanation), ajv.errorsText(isOfSchema.errors));
});

test('an owner that is not who should be: the slot moves', t => {
	const explanation = ask('198.51.100.7', '192.0.2.100:80', {...live, nodes: live.nodes.map(node => ({...node, isServing: node.name === 'web3'}))});
	t.like(slotIn(explanation), {owner: 'web1', assigned: 'web3'});
	t.regex(renderExplanation(explanation), /moving: the view gives it to web3/);
});

test('one client of each slot falls on the nodes exactly as the slots do', t => {
	const seen = new Map<number, string>();
	for (let number = 0; seen.size < slotsCount; number++) {
		const address = `10.${Math.floor(number / 65_536)}.${Math.floor(number / 256) % 256}.${number % 256}`;
		seen.set(slotOfClient('client', address, undefined, farm.seed), address);
	}

	const report = distribute([...seen.values()].map(address => ({address})), parseEndpoint('192.0.2.100:80'), all);
	const [only] = report.distributions;
	t.is(only!.skew, 1);
	t.deepEqual(only!.nodes.map(({clients, share, expected}) => [clients, share, expected]), [1, 2, 3].map(() => [840, 1 / 3, 1 / 3]));
	t.true(isOfSchema(report), ajv.errorsText(isOfSchema.errors));
	t.regex(renderDistribution(report), /web1 {6}840 {2}33\.3% {2}33\.3%/);
});

test('what cannot be counted is told', t => {
	const report = distribute(['10.0.0.1', '10.0.0.2:80', '2001:db8::9'].map(text => parseEndpoint(text)!), parseEndpoint('192.0.2.100'), all);
	t.is(report.unreachable, 1);
	t.deepEqual(report.distributions.map(({affinity, clients, withoutPort}) => [affinity, clients, withoutPort]), [['client', 2, 0], ['connection', 1, 1]]);
	t.is(report.distributions[1]!.skew, 3);
});

test('in a daemon\'s answer the shares are those of the slots that nodes really have', t => {
	const owned = slotSetOf(Array.from({length: 630}, (_, index) => index));
	const report = distribute([{address: '10.0.0.1'}], parseEndpoint('192.0.2.100:80'), {
		...live, nodes: live.nodes.map(node => ({...node, live: {...node.live!, held: node.id === 1 ? owned : noSlots}})),
	});
	t.deepEqual(report.distributions[0]!.nodes.map(({node, expected}) => [node, expected]), [['web1', 0.25], ['web2', 0], ['web3', 0], [null, 0.75]]);
	t.is(listSlots(owned).length, 630);
});

const grouped: Farm = {
	...farm,
	groups: [
		...farm.groups,
		{name: 'static', weights: {1: 0, 2: 5, 3: 1}, order: []},
		{name: 'admin', weights: {1: 1, 2: 1, 3: 1}, order: [3, 1]},
	],
	rules: [
		...farm.rules,
		{...ruleFor(vip4.address, 'tcp', [81], 'client'), group: 'static'},
		{...ruleFor(vip4.address, 'tcp', [22], 'client'), group: 'admin'},
	],
};

test('each group has its own numbers, weights and order', t => {
	const answer = (port: number, ...names: readonly string[]): SlotAnswer => slotIn(ask('198.51.100.7', `192.0.2.100:${port}`, assumed(grouped, names) as Knowledge));
	const serving = ['web1', 'web2', 'web3'];
	t.is(answer(81, ...serving).slotNumber, slotStride + slot);
	t.is(answer(22, ...serving).slotNumber, (2 * slotStride) + slot);
	t.deepEqual(new Set(answer(81, ...serving).order.map(({name, weight}) => `${name} ${weight}`)), new Set(['web2 5', 'web3 1']));
	t.like(answer(22, ...serving), {owner: 'web3', next: ['web1']});
	t.like(answer(22, 'web1', 'web2'), {owner: 'web1', next: []});
	t.like(answer(22, 'web2'), {owner: null, assigned: null, next: []});
	const clients = Array.from({length: 2000}, (_, index) => ({address: `10.9.${Math.floor(index / 250)}.${index % 250}`}));
	const {distributions} = distribute(clients, parseEndpoint('192.0.2.100:81'), assumed(grouped, serving) as Knowledge);
	t.deepEqual(distributions.map(({group}) => group), ['static']);
	const [web1, web2] = distributions[0]!.nodes;
	t.is(web1!.clients, 0);
	t.true(Math.abs(web2!.expected - (5 / 6)) < 0.02, String(web2!.expected));
});

test('a node that does not tell each slot: who is to own it does, and who may retain it is told', t => {
	const everything = slotSetOf(Array.from({length: slotsCount}, (_, index) => index));
	const knowledge: Knowledge = {
		...live,
		nodes: live.nodes.map(node => ({...node, live: {
			...node.live!, held: node.id === 2 ? noSlots : everything, isHeldExact: node.id === 2, retained: node.id === 3 ? everything : noSlots, isRetainedExact: node.id !== 3,
		}})),
	};
	const explanation = ask('198.51.100.7', '192.0.2.100:80', knowledge);
	const {owner, assigned, retainedBy, mayRetain} = slotIn(explanation);
	t.is(owner, assigned);
	t.deepEqual([retainedBy, mayRetain], [[], ['web3']]);
	t.regex(renderExplanation(explanation), /web3 may: too many slots to tell each/);
});
