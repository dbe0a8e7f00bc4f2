import test from 'ava';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {ownersOf} from '../../src/core/assignment/owners.js';
import {explainSchema} from '../../src/core/explain/schema.js';
import {slotOfClient} from '../../src/core/hash/jhash.js';
import type {MembershipState} from '../../src/core/membership/state.js';
import {ownersIn} from '../../src/core/membership/view.js';
import {monoMs} from '../../src/core/model/time.js';
import {createWorld} from '../../src/core/simulation/world.js';
import {createExplaining, type ExplainingParts} from '../../src/daemon/explaining.js';
import {explainVerbs} from '../../src/daemon/verbs/explain.js';
import {answerRequest, type Conversation} from '../../src/edge/control/protocol.js';
import {createFakeCensus} from '../../src/edge/census/fake.js';
import {createFakeFilter} from '../../src/edge/filter/fake.js';
import {farmWith, ruleFor, vips} from '../kernel/support/machine.js';

const farm = {
	...farmWith({rules: [ruleFor(vips[4], 'tcp', [80], 'client')]}),
	nodes: [1, 2, 3].map(id => ({name: `n${id}`, id, addresses: [], weight: 1})),
};
/** A client of the second node while all three serve. */
const client = Array.from({length: 100}, (_, index) => `198.51.100.${index}`).find(address => ownersOf(farm.nodes)[slotOfClient('client', address, undefined, farm.seed)] === 2)!;
const slot = slotOfClient('client', client, undefined, farm.seed);
const conversation: Conversation = {place: 'a test', isPeer: false, tell: () => undefined, left: new AbortController().signal};

/** The first node of a simulated farm explains; the clock stands still at 04:00 when asked. */
function daemonOf() {
	const world = createWorld({seed: 4, nodesCount: 3});
	const now = (): ReturnType<typeof monoMs> => monoMs(world.node(1).localNow());
	const state = (): MembershipState => world.node(1).state()!;
	const census = createFakeCensus();
	census.report([{client, clientPort: 5000, vip: vips[4], vipPort: 80}, {client: '198.51.100.200', clientPort: 5000, vip: vips[4], vipPort: 80}]);
	let isRunning = false;
	const parts: ExplainingParts = {
		self: farm.nodes[0]!,
		farm: () => farm,
		clock: {now, wall: () => new Date('2026-11-23T04:00:00.000Z')},
		running: () => isRunning ? {state: state(), filter: createFakeFilter({now}), census} : undefined,
	};
	const explaining = createExplaining(parts);
	const verbs = explainVerbs({explaining});
	const run = (ms: number): void => {
		for (let elapsed = 0; elapsed < ms; elapsed++) {
			world.run(1);
			explaining.observe(state());
		}
	};

	return {
		world, run, state,
		ask: async (request: unknown) => answerRequest(verbs, request, conversation),
		start() {
			world.bootAll();
			isRunning = true;
			run(3000);
		},
	};
}

test('the daemon says who owns the slot, since when and why, and what its kernel holds of the client', async t => {
	const {world, run, ask, start, state} = daemonOf();
	start();
	world.crashHost(2);
	run(2000);
	const answer = await ask({verb: 'explain', client, vip: vips[4], vipPort: 80});
	t.true(answer.ok);
	const {result} = answer as {readonly result: object};
	t.like(result, {
		source: 'daemon', node: 'n1', connections: 1, counters: {acceptedPackets: 0},
		answers: [{found: {slot, owner: `n${ownersIn(state().view, state().config.groups)[slot]}`, lastMove: {from: 'n2', why: 'n2 died'}}}],
	});
	const ajv = new Ajv2020({allowUnionTypes: true});
	addFormats.default(ajv);
	const isOfSchema = ajv.compile(explainSchema);
	t.true(isOfSchema(structuredClone(result)), ajv.errorsText(isOfSchema.errors));
});

test('`owners` is what the slots of all nodes are', async t => {
	const {ask, start, state} = daemonOf();
	start();
	const answer = await ask({verb: 'owners'}) as {readonly ok: boolean; readonly result: {readonly nodes: ReadonlyArray<{readonly id: number; readonly live: {readonly held: readonly number[]}}>}};
	t.true(answer.ok);
	for (const {id, live} of answer.result.nodes) {
		t.deepEqual(live.held.map(word => word | 0), ownersIn(state().view, state().config.groups).reduce<number[]>((words, owner, index) => {
			words[index >>> 5] = (words[index >>> 5] ?? 0) | (owner === id ? 1 << (index & 31) : 0);
			return words;
		}, []));
	}
});

test('what is no address, and a daemon that has not begun, are told', async t => {
	const {ask} = daemonOf();
	t.like(await ask({verb: 'explain', client: 'nobody'}), {ok: false, error: {code: 'usage'}});
	t.like(await ask({verb: 'explain', client, vipPort: 0}), {ok: false, error: {code: 'usage'}});
	t.like(await ask({verb: 'explain', client}), {ok: false, error: {message: 'the daemon is still starting'}});
	t.like(await ask({verb: 'owners'}), {ok: false, error: {message: 'the daemon is still starting'}});
});
