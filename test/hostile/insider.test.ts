import process from 'node:process';
import test from 'ava';
import {renderEvent} from '../../src/cli/events/render-event.js';
import {detectionWith} from '../../src/core/membership/alive.js';
import {describe} from '../../src/core/membership/describe.js';
import {heldSlots} from '../../src/core/membership/kernel.js';
import {commonSlots, countSlots, isEmptySlots, slotsCount} from '../../src/core/model/slot-set.js';
import {monoMs} from '../../src/core/model/time.js';
import {encodeHeartbeat} from '../../src/core/protocol/encode.js';
import {announcedLeaseMaxMs} from '../../src/core/protocol/heartbeat.js';
import {createRandom} from '../../src/core/simulation/random.js';
import {timing300} from '../../src/core/simulation/world.js';
import {channels} from '../../src/edge/seal/header.js';
import {createSealer} from '../../src/edge/seal/seal.js';
import {farmKey, farmName, firstIncarnation, HostileFarm, type Member} from './farm.js';
import {absurdHeartbeat, nextLife, type Life} from './insider.js';

const count = 2500;
/** Peers, their rows and the memory of what was sent, all at their limits, take less. */
const stateCharactersMax = 300_000;
const seed = Number(process.env.FARMCTL_SEED ?? 1);
const steering = /[\p{Control}\u{61C}\u{200E}\u{200F}\u{2028}-\u{202E}\u{2066}-\u{2069}]/u;

const isServing = ({state}: Member): boolean => state.lease.endAt !== undefined;

test(`a node with the key that has lost its mind: the others stay sound, show nothing that steers a terminal, and serve when it is gone (FARMCTL_SEED=${seed})`, t => {
	const farm = new HostileFarm();
	const random = createRandom(seed);
	const [first, second, insane] = farm.members as [Member, Member, Member];
	insane.isOn = false;
	const sealer = createSealer({keys: [farmKey], farm: farmName, self: 3});
	let life: Life = {sender: 3, incarnation: firstIncarnation + 10, sequence: 0};
	let largest = 0;
	let overlaps = 0;
	for (let said = 0; said < count; said++) {
		life = nextLife(random, life, said > count * 0.95);
		for (const victim of [first, second]) {
			farm.throwAt(victim, sealer.seal(channels.heartbeat, encodeHeartbeat(absurdHeartbeat(random, life, victim.state)), life.incarnation, life.sequence));
		}

		farm.pass(random.pick([0, 1, 1, 1, 20]));
		overlaps += isServing(first) && isServing(second) ? countSlots(commonSlots(heldSlots(first.state), heldSlots(second.state))) : 0;
		largest = said % 100 === 0 ? Math.max(largest, JSON.stringify(first.state).length, JSON.stringify(second.state).length) : largest;
	}

	t.log(`${first.heardCount + second.heardCount} heartbeats heard, state at most ${largest} characters, ${first.events.length} events`);
	t.true(first.heardCount > count / 2);
	t.is(overlaps, 0, 'two sound nodes never hold a slot together');
	t.true(largest < stateCharactersMax, `${largest}`);
	const shown = [
		...[first, second].flatMap(({events}) => events).flatMap(event => [event.message, JSON.stringify(event.fields), renderEvent({at: '', ...event}, {colour: false})]),
		...describe(first.state, monoMs(farm.now)).nodes.flatMap(({problem, version}) => [problem, version ?? '']),
	];
	t.deepEqual(shown.filter(text => steering.test(text)), []);

	farm.pass(detectionWith(timing300, announcedLeaseMaxMs) + 5000);
	t.deepEqual([first, second].map(({state}) => state.isAdmitted), [true, true]);
	t.true(isEmptySlots(commonSlots(heldSlots(first.state), heldSlots(second.state))));
	t.is(countSlots(heldSlots(first.state)) + countSlots(heldSlots(second.state)), slotsCount);
});
