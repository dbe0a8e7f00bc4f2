/** What the probe endpoint says of this node: UP is a promise that what comes is accepted. */

import {isEmptySlots} from '../core/model/slot-set.js';
import type {Farm, FarmNode} from '../core/model/farm.js';
import type {MonoMs} from '../core/model/time.js';
import {heldSlots} from '../core/membership/kernel.js';
import {ownLifecycle, ownProblem} from '../core/membership/lifecycle.js';
import type {MembershipState} from '../core/membership/state.js';
import type {NodeState} from '../core/membership/types.js';
import type {ProbeReport} from '../edge/probe/report.js';

export type ReportedNode = {
	readonly farm: Pick<Farm, 'name'>;
	readonly self: Pick<FarmNode, 'name'>;
	/** Undefined until the daemon serves. */
	readonly state: MembershipState | undefined;
	readonly now: MonoMs;
};

export function probeReport({farm, self, state, now}: ReportedNode): ProbeReport {
	const report = (lifecycle: NodeState, isUp: boolean, reason: string): ProbeReport => ({
		farm: farm.name, node: self.name, state: lifecycle, isUp, reason,
	});
	if (state === undefined) {
		return report('WAIT', false, 'the daemon is still starting');
	}

	const lifecycle = ownLifecycle(state);
	const problem = ownProblem(state);
	if (lifecycle !== 'UP') {
		return report(lifecycle, false, problem === '' ? (reasons[lifecycle] ?? '') : problem);
	}

	// It renews its lease well before; a daemon that was kept from it accepts nothing, and has not noticed yet.
	const hasLease = state.lease.endAt !== undefined && state.lease.endAt > now;
	return hasLease || isEmptySlots(heldSlots(state)) ? report(lifecycle, true, problem) : report(lifecycle, false, 'it has no lease, so it accepts nothing');
}

/** Where the core gives none. */
const reasons: Readonly<Partial<Record<NodeState, string>>> = {
	OFF: 'its daemon has ended', STOPPING: 'its daemon is ending',
};
