/** What may befall a farm in a storm. */

import {wholeClaim} from '../membership/state.js';
import type {ApplicationClaim} from '../model/application-claim.js';
import {fingerprints, type World} from './world.js';

const pausesMs = [5, 50, 150, 250, 300, 400, 900];

/** A daemon that starts has sometimes lost its memory and its clock. */
const clockBackChance = 0.2;
const clockBackMs = 86_400_000;

const out = {
	wants: 'out', state: 'STARTING', reason: 'restart', isDropping: false, isGuarded: false,
} as const;

const unwell: ApplicationClaim = {
	...out, state: 'WAIT', reason: 'check', isGuarded: true,
};

const part: ApplicationClaim = {wants: 'in', shareThousandths: 250, note: ''};

/** What an application asks in a storm. */
const claims: readonly ApplicationClaim[] = [
	wholeClaim, wholeClaim, part, {...part, shareThousandths: 333, note: 'disk'}, unwell, unwell, out,
	{...out, reason: 'death', isDropping: true},
	{...out, state: 'STOPPING'},
	{...out, state: 'STOP', reason: 'too many restarts'},
];

/** Something goes wrong, or changes, or is mended. Times are longer by `slowness`. */
export function misfortune(world: World, slowness: number): void {
	const {random, nodes} = world;
	const index = random.whole(1, nodes.length);
	const {id} = nodes[index - 1]!;
	const other = nodes[index % nodes.length]!.id;
	const [name, otherName] = [world.nameOf(id), world.nameOf(other)];
	const isRunning = world.node(id).state() !== undefined;
	const line = (text: string): void => {
		world.say(text);
	};

	const kinds: ReadonlyArray<() => void> = [
		() => {
			const ms = slowness * random.pick(pausesMs) * random.between(0.8, 1.2);
			line(`${name} pauses ${ms.toFixed(0)} ms`);
			world.node(id).pause(ms);
		},
		() => {
			line(`link ${name}>${otherName} down`);
			world.network.setLink(id, other, false);
		},
		() => {
			line(`links ${name}<>${otherName} down`);
			world.network.setLink(id, other, false);
			world.network.setLink(other, id, false);
		},
		() => {
			line(`${name} is cut off`);
			for (const {id: peer} of world.nodes) {
				world.network.setLink(id, peer, false);
				world.network.setLink(peer, id, false);
			}
		},
		() => {
			partition(world);
		},
		() => {
			line('links healed');
			world.network.healAll();
		},
		() => {
			line('links healed');
			world.network.healAll();
		},
		() => {
			line('links healed');
			world.network.healAll();
		},
		() => {
			world.crashHost(id);
		},
		() => {
			world.killDaemon(id);
		},
		() => {
			world.boot(id, random.chance(clockBackChance) ? clockBackMs : 0);
		},
		() => {
			const weight = random.whole(0, 4);
			if (weight === 2) {
				line(`${name} configures weight ${weight}`);
				world.configure(id, {nodes: world.configOf(id).nodes.map(node => node.id === id ? {...node, weights: node.weights.with(0, weight)} : node)});
			} else {
				world.setWeight(id, weight, world.groups.length > 1 && weight % 2 === 1 ? 1 : 0);
			}
		},
		() => {
			const fingerprint = random.pick([fingerprints.usual, fingerprints.other]);
			line(`${name} configures ${fingerprint}`);
			world.configure(id, {fingerprint});
		},
		() => {
			const reason = random.pick(['', 'no carrier']);
			line(`${name} hindrance '${reason}'`);
			world.node(id).submit({kind: 'hindrance', reason});
		},
		() => {
			if (!isRunning) {
				return;
			}

			line(`${name} stop`);
			world.node(id).submit({kind: 'stop'});
		},
		() => {
			if (!isRunning) {
				return;
			}

			line(`${name} start`);
			world.start(id);
		},
		() => {
			if (!isRunning) {
				return;
			}

			const cutAfterMs = random.pick([undefined, 0, 200 * slowness]);
			line(`${name} drain${cutAfterMs === undefined ? '' : `, cut after ${cutAfterMs} ms`}`);
			world.drain(id, cutAfterMs);
		},
		() => {
			const claim = random.pick(claims);
			line(`${name} application ${claim.wants}${claim.wants === 'in' ? '' : ` ${claim.reason}`}`);
			world.claim(id, claim);
		},
		() => {
			line('every application is unwell');
			for (const node of nodes) {
				world.claim(node.id, unwell);
			}
		},
	];
	random.pick(kinds)();
}

/** Splits the nodes into two random groups that hear nothing of each other, the one at times still being heard by the other. */
function partition(world: World): void {
	const {random, nodes, network} = world;
	const isLeft = new Map(nodes.map(({id}) => [id, random.chance(0.5)]));
	const isOneWay = random.chance(0.3);
	world.say(`${isOneWay ? 'one-way ' : ''}partition: ${nodes.filter(({id}) => isLeft.get(id)).map(({id}) => world.nameOf(id)).join(' ')}`);
	for (const {id: from} of nodes) {
		for (const {id: to} of nodes) {
			if (isLeft.get(from) && !isLeft.get(to)) {
				network.setLink(from, to, false);
				network.setLink(to, from, isOneWay);
			}
		}
	}
}
