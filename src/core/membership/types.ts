/**
What goes into the membership core and what comes out of it. `step` in this folder is the only thing that reads one and writes the other.

	step(state, input, now) -> {state, effects}

The caller carries the effects out in the order given. A kernel effect is answered by a `kernel` input with the same operation number, always and
in order; the core never assumes that a change has been made before that.
*/

import type {ApplicationClaim} from '../model/application-claim.js';
import type {FarmEvent} from '../model/event.js';
import type {NodeId, Quorum, Timing} from '../model/farm.js';
import type {Group} from '../model/group.js';
import type {SlotSet} from '../model/slot-set.js';
import type {MonoMs} from '../model/time.js';
import type {Heartbeat, LifecycleState} from '../protocol/heartbeat.js';
import type {Gate} from '../ruleset/model.js';

/** The part of the configuration that membership needs. */
export type MembershipConfig = {
	readonly self: NodeId;
	/** `weights`: one a group. */
	readonly nodes: ReadonlyArray<{readonly id: NodeId; readonly name: string; readonly weights: readonly number[]}>;
	/** At least one. */
	readonly groups: ReadonlyArray<Pick<Group, 'name' | 'order'>>;
	readonly timing: Timing;
	readonly quorum: Quorum;
	/** So many nodes go on serving although their applications would leave; 0 for no such guard. */
	readonly keepAtLeast: number;
	/** How long a node that is told to end serves established connections. */
	readonly finishMs: number;
	/** How long slots that were given up keep serving established connections. */
	readonly retainMs: number;
	/** Of all that decides ownership besides the view (16 hexadecimal digits); a node that differs waits. */
	readonly fingerprint: string;
	/** Of farmctl, told to peers for display. */
	readonly version: string;
};

/** What differs between this node and a peer, as found out when they had these fingerprints. */
export type Difference = {
	readonly peer: NodeId;
	readonly own: string;
	readonly theirs: string;
	/** One sentence that names both nodes, printable and of bounded length. */
	readonly text: string;
};

export type MembershipInput =
	/**
	Serve: the first input of a daemon's life, or after a `rest` or `stop`. One that shall rest from the first on joins the farm and serves nothing.
	`retained`: what the kernel had owned or retained for the life before.
	*/
	| {readonly kind: 'start'; readonly wanted?: 'serve' | 'rest'; readonly retained?: SlotSet}
	/** Hand every slot over, retain the established connections until they end or it is `cutAt`, and live on without serving. */
	| {readonly kind: 'rest'; readonly cutAt?: MonoMs}
	/**
	Hand every slot over and retain the established connections until they end or `finishMs` is over. With `awayMs`: end when the slots are handed over and
	let the kernel retain the connections for so long, for the next daemon is about to start.
	*/
	| {readonly kind: 'stop'; readonly awayMs?: number}
	| {readonly kind: 'heard'; readonly message: Heartbeat; readonly network: number; readonly relayed?: Relayed}
	/** A witness answered a ping that left at `sentAt`. */
	| {readonly kind: 'witness'; readonly sentAt: MonoMs}
	/** Sent when `nextDeadline` is reached, after the sockets have been drained (R11). */
	| {readonly kind: 'tick'}
	| {readonly kind: 'kernel'; readonly operation: number; readonly outcome: KernelOutcome}
	/** What a look at the established connections to the VIPs found, told while this node retains slots or is about to end. */
	| ({readonly kind: 'connections'} & ConnectionsLook)
	/** Why this machine cannot serve now, such as an interface without carrier; empty when it can. */
	| {readonly kind: 'hindrance'; readonly reason: string}
	/** What this node's application asks; before the first the node serves as it would without one. */
	| {readonly kind: 'application'; readonly claim: ApplicationClaim}
	/** Slots and lease in the kernel are not what was asked for any more, and are not to be trusted; `what` says what was done to them. */
	| {readonly kind: 'kernel-lost'; readonly what: string}
	/** What differs between this node's configuration and a peer's whose fingerprint is another. */
	| Difference & {readonly kind: 'difference'}
	/** Serve with these weights, one a group, whatever the configuration says; undefined for as it says. */
	| {readonly kind: 'weights'; readonly weights: readonly number[] | undefined}
	/** A new configuration that passed the checks and keeps `self`. */
	| {readonly kind: 'configure'; readonly config: MembershipConfig} & Transition;

/** How a change of the configuration goes round the farm; each node has told its kernel before it tells the core. */
export type Transition = {
	/**
	Fingerprints of configurations that are compatible with this one: nodes that announce one of them distribute as this node does. A configuration that
	accepts the one in use is adopted with all that is held; another one when nothing is held any more.
	*/
	readonly alsoAccepts?: readonly string[];
	/** This is the middle of a change, whose end has this fingerprint; the effect `middle-reached` says when this node may go there. */
	readonly towards?: string;
};

/** The established TCP connections that this machine's kernel has to the VIPs. */
export type ConnectionsLook = {
	/** Before anything was looked at. */
	readonly begunAt: MonoMs;
	/** In slots that are retained; in all of them, where this node is about to end. */
	readonly count: number;
	/** All slots that have one. */
	readonly slots: SlotSet;
};

/** A heartbeat that came through a third node, and how long that one had it. */
export type Relayed = {readonly by: NodeId; readonly ageMs: number};

/** `lapsed`: the lease had run out (ENOENT on renewal, or the clock after the call says so). `failed`: the kernel refused; nothing was changed. */
export type KernelOutcome = 'done' | 'lapsed' | 'failed';

export type MembershipEffect =
	/** To every named peer, over every network. The shell seals the message and sends it at once. */
	| {readonly kind: 'send'; readonly to: readonly NodeId[]; readonly message: Heartbeat}
	/** The newest datagram of `sender` that came from itself, as it was received, to nodes that do not hear it; with the time since it came. */
	| {readonly kind: 'forward'; readonly sender: NodeId; readonly to: readonly NodeId[]}
	| {readonly kind: 'kernel'; readonly operation: number; readonly change: KernelChange}
	| {readonly kind: 'event'; readonly event: FarmEvent}
	/** Every live node that serves or holds slots announces the middle of the change or its end: what the old configuration accepts, nobody accepts any more. */
	| {readonly kind: 'middle-reached'; readonly towards: string}
	/** The node has nothing left to serve after `stop`: the daemon may take the VIP down and exit. */
	| {readonly kind: 'finished'};

export type KernelChange =
	/** No owned slots and no lease; of these the established connections are accepted once there is a lease again. */
	| {readonly kind: 'clear'; readonly retained: SlotSet}
	/** The whole slot table as it shall be; what is in none of the sets is dropped before conntrack. */
	| {readonly kind: 'slots'; readonly slots: SlotTable}
	/** All slots behind the gate at once, in a thirtieth of the time: those of `leaving` become retained, those of `arriving` owned. */
	| {readonly kind: 'pass'; readonly gate: Gate}
	/** `open`: where there is none, as part of a claim. `renew`: delete and add in one batch; never revives. Ends at `endAt` on this node's clock. */
	| {readonly kind: 'lease'; readonly verb: 'open' | 'renew'; readonly endAt: MonoMs};

export type SlotTable = {
	/** New and established connections are accepted. */
	readonly owned: SlotSet;
	/** Established connections only; disjoint from `owned`. */
	readonly retained: SlotSet;
	/** The part of `owned` whose unknown packets are answered with a reset, because no live node retains the slot. */
	readonly resettable: SlotSet;
	/** Owned until its gate is passed, retained from then on; disjoint from `owned` and `retained`. */
	readonly leaving: SlotSet;
	/** Retained until its gate is passed, owned from then on; disjoint from `owned`, `retained` and `leaving`. */
	readonly arriving: SlotSet;
};

/** What people see of one node, this one or a peer. */
export type NodeState = LifecycleState | 'DEAD' | 'UNKNOWN';
