/**
What the kernel holds, as far as its answers tell. Between a request and its answer both are possible, so a slot counts as held from the request that
adds it to the answer of the request that takes it away.
*/

import {
	isEmptySlots,
	minusSlots,
	noSlots,
	unionSlots,
	equalSlots,
	type SlotSet,
} from '../model/slot-set.js';
import {type MonoMs, monoMs} from '../model/time.js';
import type {Gate} from '../ruleset/model.js';
import {emptyTable, type KernelModel, type MembershipState} from './state.js';
import {acceptedIn, nonePassed, type Passed} from './gates.js';
import {ask, tell, type Turn} from './turn.js';
import type {KernelChange, KernelOutcome, SlotTable} from './types.js';

/** After the kernel refused a change nothing is asked for this long. */
export const retryAfterMs = 100;

/** A node that stops gives up emptying the kernel after this many refusals: its lease has run out by then. */
export const clearFailuresMax = 5;

type WithKernel = Pick<MembershipState, 'kernel'>;

/** Slots whose new connections the kernel accepts, as of its last answer. */
export const acceptedSlots = ({kernel: {table, passed}}: WithKernel): SlotSet => acceptedIn(table, passed);

/** Slots whose new connections the kernel may accept. */
export function heldSlots(state: WithKernel): SlotSet {
	const {kernel} = state;
	let held = acceptedSlots(state);
	for (const {change} of kernel.pending) {
		if (change.kind === 'slots') {
			held = unionSlots(held, acceptedIn(change.slots, nonePassed));
		} else if (change.kind === 'pass' && change.gate === 'arriving') {
			held = unionSlots(held, kernel.table.arriving);
		}
	}

	return held;
}

/** Slots that were given up and still serve established connections. */
export function retainedSlots({retained}: Pick<MembershipState, 'retained'>): SlotSet {
	const known = unions.get(retained);
	if (known !== undefined) {
		return known;
	}

	let slots = noSlots;
	for (const entry of retained) {
		slots = unionSlots(slots, entry.slots);
	}

	unions.set(retained, slots);
	return slots;
}

const unions = new WeakMap<MembershipState['retained'], SlotSet>();

/** Whether a change of the slot table is on its way or must wait. */
export const isTableBusy = ({kernel}: WithKernel): boolean => kernel.isClearDue || kernel.retryAt !== undefined
	|| kernel.pending.some(({change}) => change.kind !== 'lease');

/** Whether slots and lease are about to go. */
export const isClearing = ({kernel}: WithKernel): boolean => kernel.isClearDue || kernel.pending.some(({change}) => change.kind === 'clear');

/** Whether a change of the lease is on its way or must wait. */
export const isLeaseBusy = (state: WithKernel): boolean => isClearing(state) || state.kernel.retryAt !== undefined
	|| state.kernel.pending.some(({change}) => change.kind === 'lease');

/** Whether the kernel may accept anything for this node, or has been asked to. */
export const isKernelInUse = (state: MembershipState): boolean => state.lease.endAt !== undefined || !isEmptySlots(heldSlots(state)) || state.retained.length > 0;

/** Empties slots and lease, now or, after a refusal, as soon as the kernel may be asked again. */
export function clearKernel(turn: Turn): void {
	turn.state.retained = [];
	closeKernel(turn);
}

/** The same, but that what is retained stays and is served again under the next lease. */
export function closeKernel(turn: Turn): void {
	turn.state.kernel = {...turn.state.kernel, isClearDue: true};
	turn.state.lease = {...turn.state.lease, endAt: undefined};
	askDueClear(turn);
}

/** Asks for a clear that is due and may be asked for. */
export function askDueClear(turn: Turn): void {
	const {kernel} = turn.state;
	if (kernel.retryAt !== undefined && turn.now >= kernel.retryAt) {
		turn.state.kernel = {...kernel, retryAt: undefined};
	}

	if (!(turn.state.kernel.isClearDue && turn.state.kernel.retryAt === undefined)) {
		return;
	}

	turn.state.kernel = {...turn.state.kernel, isClearDue: false};
	ask(turn, {kind: 'clear', retained: retainedSlots(turn.state)});
}

/** Asks for the table with these slots where it differs from what the kernel has; nothing while another change is on its way. */
export function askTable(turn: Turn, parts: Omit<SlotTable, 'retained'>): void {
	if (isTableBusy(turn.state)) {
		return;
	}

	const {kernel} = turn.state;
	const others = unionSlots(parts.owned, unionSlots(parts.leaving, parts.arriving));
	const slots: SlotTable = {...parts, retained: minusSlots(retainedSlots(turn.state), others)};
	turn.state.kernel = kernel.tidyAt === undefined ? kernel : {...kernel, tidyAt: undefined};
	if (!areEqualTables(slots, kernel.table)) {
		ask(turn, {kind: 'slots', slots});
	}
}

/** Asks for the gate to be passed; then the table waits for so long to be put in order. */
export function askPass(turn: Turn, gate: Gate): void {
	ask(turn, {kind: 'pass', gate});
	tidyLater(turn);
}

/** Leaves the table as it is for an interval: others may be waiting for the next short change of it. */
export function tidyLater({state, now}: Turn): void {
	state.kernel = {...state.kernel, tidyAt: monoMs(now + state.config.timing.intervalMs)};
}

const areEqualTables = (a: SlotTable, b: SlotTable): boolean => equalSlots(a.owned, b.owned) && equalSlots(a.retained, b.retained)
	&& equalSlots(a.resettable, b.resettable) && equalSlots(a.leaving, b.leaving) && equalSlots(a.arriving, b.arriving);

/** Takes the kernel's answer in. Returns true when it says that the lease had run out (R4). An answer to an operation that is not pending is ignored. */
export function hasLapsedBy(turn: Turn, operation: number, outcome: KernelOutcome): boolean {
	const {kernel} = turn.state;
	const found = kernel.pending.find(entry => entry.operation === operation);
	if (found === undefined) {
		return false;
	}

	turn.state.kernel = {...kernel, pending: kernel.pending.filter(entry => entry.operation !== operation)};
	if (outcome === 'failed') {
		refused(turn, found.change);
		return false;
	}

	if (partOf(found.change) === kernel.refused || found.change.kind === 'clear') {
		turn.state.kernel = {...turn.state.kernel, failures: 0, refused: undefined};
	}

	absorbAcceptance(turn, found.change, outcome);
	return found.change.kind === 'lease' && outcome === 'lapsed' && !isClearing(turn.state);
}

function absorbAcceptance(turn: Turn, change: KernelChange, outcome: KernelOutcome): void {
	const {state} = turn;
	switch (change.kind) {
		case 'clear': {
			state.kernel = {...state.kernel, table: {...emptyTable, retained: change.retained}, passed: nonePassed, tidyAt: undefined};
			state.lease = {...state.lease, confirmedAt: undefined, confirmedMs: 0};
			turn.isDirty ||= state.stage === 'on';
			return;
		}

		case 'slots': {
			absorbTable(turn, change.slots, nonePassed);
			return;
		}

		case 'pass': {
			absorbTable(turn, state.kernel.table, {...state.kernel.passed, [change.gate]: true});
			return;
		}

		case 'lease': {
			if (isClearing(state)) {
				return;
			}

			state.lease = outcome === 'done'
				? {...state.lease, confirmedAt: change.endAt, confirmedMs: state.lease.usedMs}
				: {...state.lease, endAt: undefined, confirmedAt: undefined};
			return;
		}

		default: {
			change satisfies never;
		}
	}
}

function absorbTable(turn: Turn, table: SlotTable, passed: Passed): void {
	const {state} = turn;
	const before = acceptedSlots(state);
	const after = acceptedIn(table, passed);
	turn.isDirty ||= !equalSlots(before, after);
	turn.isUrgent ||= !isEmptySlots(minusSlots(before, after));
	state.kernel = {...state.kernel, table, passed};
}

/** A gate that cannot be passed is made up for by a change of the slots. */
const partOf = ({kind}: KernelChange): Exclude<KernelChange['kind'], 'pass'> => kind === 'pass' ? 'slots' : kind;

function refused(turn: Turn, change: KernelChange): void {
	const {state, now} = turn;
	const failures = state.kernel.failures + 1;
	const kernel: KernelModel = {
		...state.kernel, failures, refused: partOf(change), retryAt: retryTime(now),
	};
	state.kernel = change.kind === 'clear' ? {...kernel, isClearDue: true} : kernel;
	if (change.kind === 'lease') {
		state.lease = {...state.lease, endAt: state.lease.confirmedAt};
	}

	if (failures === 1) {
		tell(turn, 'error', 'kernel-failed', `the kernel refused a change of the ${change.kind === 'clear' ? 'filter' : partOf(change)}; trying again every ${retryAfterMs} ms`, {change: change.kind});
	}
}

/** Asks nothing more of the kernel for so long. */
export function holdKernel({state, now}: Turn, ms: number): void {
	state.kernel = {...state.kernel, retryAt: monoMs(now + ms)};
}

const retryTime = (now: MonoMs): MonoMs => monoMs(now + retryAfterMs);
