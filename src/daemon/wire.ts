/** All that a daemon says and hears on the farm's networks: heartbeats, what differs, letters; with the keys, and the counts of what is refused. */

import type {MembershipState} from '../core/membership/state.js';
import type {MembershipInput} from '../core/membership/types.js';
import type {Farm} from '../core/model/farm.js';
import {answerRequest, type ControlVerbs} from '../edge/control/protocol.js';
import type {DatagramPort} from '../edge/datagram/port.js';
import {createClocks, type Clocks} from './clocks.js';
import {createDrift} from './drift.js';
import {createHeartbeats, type Heartbeats} from './heartbeats.js';
import {createKeyring, isApart, type Keyring} from './keyring.js';
import {createLetters, type Letters} from './letters/letters.js';
import type {DaemonParts} from './parts.js';
import {createRejections, type Rejections} from './rejections.js';
import {peerConversation} from './verbs/peer-conversation.js';

export type WireParts = DaemonParts & {
	/** As configured now. */
	readonly current: () => Farm;
	readonly incarnation: () => number;
	/** Undefined while there is none. */
	readonly port: () => DatagramPort | undefined;
	readonly state: () => MembershipState | undefined;
	readonly submit: (input: MembershipInput) => void;
	readonly hinder: (reason: string) => void;
	readonly verbs: () => ControlVerbs;
};

export type Wire = {
	readonly heartbeats: Heartbeats;
	readonly rejections: Rejections;
	readonly keyring: Keyring;
	readonly letters: Letters;
	readonly clocks: Clocks;
	readonly stop: () => void;
};

export function createWire({current, incarnation, port, state, submit, hinder, verbs, ...parts}: WireParts): Wire {
	const stopping = new AbortController();
	const rejections = createRejections({
		clock: parts.clock,
		record: parts.journal.record,
		place: () => ({keyFile: current().keyFile, port: current().heartbeat.port}),
	});
	const keyring = createKeyring({
		...parts,
		record: parts.journal.record,
		farm: current,
		isApart() {
			const now = state();
			return now !== undefined && isApart(now);
		},
		hinder,
	});
	const drift = createDrift({
		...parts,
		farm: current,
		incarnation,
		port,
		told(difference) {
			submit({kind: 'difference', ...difference});
		},
	});
	const letters = createLetters({
		...parts,
		nodes: () => current().nodes,
		incarnation,
		port,
		serve: async (from, request) => answerRequest(verbs(), request, peerConversation(current(), from, stopping.signal)),
	});
	const clocks = createClocks({...parts, life: parts.journal.life, record: parts.journal.record, nameOf: id => current().nodes.find(node => node.id === id)?.name});
	const heartbeats = createHeartbeats({
		...parts,
		clocks,
		rejections,
		keyring,
		farm: current,
		heard(heard, network) {
			submit({kind: 'heard', ...heard, network});
			drift.noticed(heard.message);
		},
		compared: drift.received,
		lettered: letters.received,
	});

	return {
		heartbeats,
		rejections,
		keyring,
		letters,
		clocks,
		stop() {
			stopping.abort();
			heartbeats.networks.stop();
			keyring.stop();
			letters.stop();
		},
	};
}
