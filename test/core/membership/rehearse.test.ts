import test from 'ava';
import {deriveTiming} from '../../../src/core/config/timing.js';
import {rehearse} from '../../../src/core/membership/rehearse.js';
import type {MembershipConfig, MembershipEffect} from '../../../src/core/membership/types.js';

const farm = (nodesCount: number, detectionMs: number, self = 1): MembershipConfig => ({
	self,
	nodes: Array.from({length: nodesCount}, (_, index) => ({id: index + 1, name: `web${index + 1}`, weights: [1]})),
	groups: [{name: 'default', order: []}],
	timing: deriveTiming({detection: detectionMs}),
	quorum: 'majority', keepAtLeast: 1,
	finishMs: 30_000,
	retainMs: 3_600_000,
	fingerprint: '00000000000000aa',
	version: '1',
});

function effectsOf(config: MembershipConfig, rounds = 2): MembershipEffect[] {
	const effects: MembershipEffect[] = [];
	rehearse(config, rounds, effect => {
		effects.push(effect);
	});
	return effects;
}

for (const [nodesCount, detectionMs, self] of [[3, 300, 1], [3, 30, 2], [64, 300, 64], [3, 3000, 1]] as const) {
	test(`plays a takeover and a handoff: ${nodesCount} nodes, detection ${detectionMs} ms, node ${self}`, t => {
		const effects = effectsOf(farm(nodesCount, detectionMs, self));
		const events = new Set(effects.map(effect => effect.kind === 'event' ? effect.event.name : effect.kind));
		t.deepEqual(['send', 'node-dead', 'slots-claimed', 'slots-released'].filter(name => !events.has(name)), []);

		const changes = new Set(effects.map(effect => effect.kind === 'kernel' ? effect.change.kind : undefined));
		t.deepEqual((['clear', 'slots', 'pass', 'lease'] as const).filter(change => !changes.has(change)), []);
	});
}

test('a node alone has nobody to take over from, and plays all the same', t => {
	t.true(effectsOf(farm(1, 300)).some(effect => effect.kind === 'kernel' && effect.change.kind === 'slots'));
});

test('plays the same each time', t => {
	t.deepEqual(effectsOf(farm(3, 300)), effectsOf(farm(3, 300)));
});

test('costs no more where the detection time is long', t => {
	t.true(effectsOf(farm(3, 30_000)).length < 2 * effectsOf(farm(3, 300)).length);
});
