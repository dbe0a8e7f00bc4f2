/** Carries out what befalls a farm, and ends it when it is over. Of several at once each lasts its own time: a link is up when nothing cuts it. */

import {wholeClaim} from '../membership/state.js';
import type {ApplicationClaim} from '../model/application-claim.js';
import type {NodeId} from '../model/farm.js';
import type {Weather} from './network-model.js';
import {oneWayDelayMsDefault, type Misfortune} from './scenario.js';
import {fingerprints, type World} from './world.js';

export type Fate = {
	/** These happen now. */
	begin: (...misfortunes: readonly Misfortune[]) => void;
};

const clockBackMs = 3_600_000;
const hindrance = 'no carrier';

/** What an application asks then. */
const claims: Readonly<Record<'unwell' | 'well' | 'kill-app', ApplicationClaim>> = {
	unwell: {
		wants: 'out', state: 'WAIT', reason: 'a check is down', isDropping: false, isGuarded: true,
	},
	well: wholeClaim,
	'kill-app': {
		wants: 'out', state: 'STARTING', reason: 'its application died', isDropping: true, isGuarded: false,
	},
};

export function createFate(world: World): Fate {
	const going: Misfortune[] = [];

	const end = (misfortune: Misfortune): void => {
		going.splice(going.indexOf(misfortune), 1);
		if (!isTold(misfortune)) {
			world.say(`${misfortune.text} is over`);
		}

		applyNetwork(world, going);
		for (const id of nodesOf(misfortune)) {
			mend(world, misfortune, id);
		}
	};

	const begin = (misfortune: Misfortune): void => {
		if (!isTold(misfortune)) {
			world.say(misfortune.text);
		}

		going.push(misfortune);
		applyNetwork(world, going);
		if ('nodes' in misfortune) {
			for (const id of misfortune.nodes) {
				strike(world, misfortune, id);
			}
		}

		if (misfortune.lastsMs !== undefined) {
			world.agenda.after(misfortune.lastsMs, () => {
				end(misfortune);
			});
		}
	};

	applyNetwork(world, going);
	return {
		begin(...misfortunes) {
			for (const misfortune of misfortunes) {
				begin(misfortune);
			}
		},
	};
}

/** Whether what is done to the node is told there. */
const isTold = ({kind}: Misfortune): boolean => ['kill', 'kill-daemon', 'reboot', 'reset', 'restart', 'weight'].includes(kind);

const nodesOf = (misfortune: Misfortune): readonly NodeId[] => 'nodes' in misfortune ? misfortune.nodes : [];

function strike(world: World, misfortune: Extract<Misfortune, {nodes: unknown}>, id: NodeId): void {
	const node = world.node(id);
	switch (misfortune.kind) {
		case 'kill':
		case 'reboot':
		case 'reset': {
			world.crashHost(id);
			return;
		}

		case 'kill-daemon':
		case 'restart': {
			world.killDaemon(id);
			return;
		}

		case 'pause': {
			node.pause(misfortune.lastsMs ?? 0);
			return;
		}

		case 'stop':
		case 'drain':
		case 'start': {
			order(world, misfortune.kind, id);
			return;
		}

		case 'weight': {
			world.setWeight(id, misfortune.weight, misfortune.group);
			return;
		}

		case 'differ': {
			world.configure(id, {fingerprint: fingerprints.other});
			return;
		}

		case 'hinder': {
			node.submit({kind: 'hindrance', reason: hindrance});
			return;
		}

		case 'unwell':
		case 'well':
		case 'kill-app': {
			world.claim(id, claims[misfortune.kind]);
			return;
		}

		default: {
			misfortune satisfies never;
		}
	}
}

/** What an operator does. */
function order(world: World, kind: 'stop' | 'drain' | 'start', id: NodeId): void {
	if (kind === 'stop') {
		world.node(id).submit({kind});
	} else {
		world[kind](id);
	}
}

/** Ends what lasted and is not over by itself. */
function mend(world: World, {kind}: Misfortune, id: NodeId): void {
	const isBack = ['reboot', 'reset', 'restart'].includes(kind);
	if (isBack && world.node(id).state() === undefined) {
		world.boot(id, kind === 'reset' ? clockBackMs : 0);
	} else if (kind === 'differ') {
		world.configure(id, {fingerprint: fingerprints.usual});
	} else if (kind === 'hinder') {
		world.node(id).submit({kind: 'hindrance', reason: ''});
	}

	if (kind === 'unwell' || kind === 'kill-app') {
		world.claim(id, claims.well);
	}
}

function applyNetwork(world: World, going: readonly Misfortune[]): void {
	const cut = new Set(going.flatMap(misfortune => 'links' in misfortune ? misfortune.links.map(([from, to]) => `${from}>${to}`) : []));
	for (const {id: from} of world.nodes) {
		for (const {id: to} of world.nodes) {
			world.network.setLink(from, to, !cut.has(`${from}>${to}`));
		}
	}

	world.network.weather = weatherOf(going);
}

/** Of each kind the one that began last counts. */
function weatherOf(going: readonly Misfortune[]): Weather {
	const last = (kind: Misfortune['kind']): Misfortune | undefined => going.findLast(misfortune => misfortune.kind === kind);
	const fraction = (kind: 'loss' | 'duplicate'): number => {
		const found = last(kind);
		return found !== undefined && 'fraction' in found ? found.fraction : 0;
	};

	const ms = (kind: 'delay' | 'jitter', otherwise: number): number => {
		const found = last(kind);
		return found !== undefined && 'ms' in found ? found.ms : otherwise;
	};

	const delayFromMs = ms('delay', oneWayDelayMsDefault);
	return {
		lossFraction: fraction('loss'), doubleFraction: fraction('duplicate'), delayFromMs, delayToMs: delayFromMs + ms('jitter', 0),
	};
}
