/** Where a node that was silent begins to be heard. */

import {adoptNext} from './configure.js';
import {tell, type Turn} from './turn.js';

/** The kernel is empty: from now on peers hear this node. */
export function enterStage(turn: Turn): void {
	const {state} = turn;
	const {isClearDue, pending, retryAt} = state.kernel;
	if (state.stage !== 'clearing' || isClearDue || retryAt !== undefined || pending.length > 0) {
		return;
	}

	state.stage = 'on';
	adoptNext(turn);
	turn.isDirty = true;
	tell(turn, 'info', 'joining', `the filter is empty; joining the farm${state.wanted === 'rest' ? ', and serving nothing' : ''}`, {incarnation: state.incarnation});
}
