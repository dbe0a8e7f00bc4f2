/** What a daemon is made of: its parts from the start, and those that come when the kernel is ready. */

import type {MembershipState} from '../core/membership/state.js';
import type {MembershipInput} from '../core/membership/types.js';
import type {Farm, FarmNode} from '../core/model/farm.js';
import type {Census} from '../edge/census/port.js';
import type {Clock} from '../edge/clock/clock.js';
import type {DatagramPort} from '../edge/datagram/port.js';
import type {Filter} from '../edge/filter/port.js';
import type {Sealer} from '../edge/seal/seal.js';
import type {EventKeeping} from './event-keeping.js';
import type {Journal} from './journal.js';
import type {KernelQueue} from './kernel-queue.js';
import type {Loop} from './loop.js';
import type {Notifying} from './notify/notifying.js';
import type {Undo} from './undo.js';

export type DaemonParts = {
	readonly farm: Farm;
	readonly self: FarmNode;
	readonly sealer: Sealer;
	readonly journal: Journal;
	readonly keeping: EventKeeping;
	readonly notifying: Notifying;
	readonly version: string;
	readonly clock: Clock;
	readonly runDir: string;
	readonly stateDir: string;
	readonly configPath: string;
	readonly undo: Undo;
};

export type Running = {
	readonly filter: Filter;
	readonly census: Census;
	readonly port: DatagramPort;
	readonly loop: Loop<MembershipState, MembershipInput>;
	readonly queue: KernelQueue;
};
