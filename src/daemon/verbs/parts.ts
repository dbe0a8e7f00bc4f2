/** What the verbs of the control socket may use of a daemon. */

import type {Farm, FarmNode} from '../../core/model/farm.js';
import type {Status} from '../../core/status/status.js';
import type {Clocks} from '../clocks.js';
import type {EventKeeping} from '../event-keeping.js';
import type {Application} from '../application/application.js';
import type {Journal} from '../journal.js';
import type {Explaining} from '../explaining.js';
import type {Changing} from '../live/changing.js';
import type {Letters} from '../letters/letters.js';
import type {Operator} from '../operator.js';

export type VerbParts = {
	readonly self: FarmNode;
	/** As configured now. */
	readonly farm: () => Farm;
	readonly journal: Journal;
	readonly keeping: EventKeeping;
	readonly clocks: Pick<Clocks, 'describe'>;
	readonly status: () => Promise<Status>;
	readonly explaining: Pick<Explaining, 'explain' | 'knowledge'>;
	readonly operator: Operator;
	readonly application: Pick<Application, 'enable'>;
	readonly letters: Pick<Letters, 'ask'>;
	/** Throws a SystemFailure until the daemon serves. */
	readonly changing: () => Changing;
};
