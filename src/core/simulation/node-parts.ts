/** What a model of a server is made of. */

import type {KernelChange} from '../membership/types.js';
import type {FarmEvent} from '../model/event.js';
import type {SlotSet} from '../model/slot-set.js';
import type {Agenda} from './agenda.js';
import type {Plant} from './plant.js';
import type {Random} from './random.js';
import type {Packet} from './wire.js';

export type NodeParts = {
	readonly id: number;
	readonly agenda: Agenda;
	readonly random: Random;
	readonly plant: Plant;
	/** How fast the clock runs, 1 being right. */
	readonly rate: number;
	readonly offsetMs: number;
	readonly kernelMs: (change: KernelChange) => number;
	readonly earlyMs: () => number;
	readonly transmit: (to: number, packet: Packet) => void;
	readonly kernelChanged: () => void;
	/** Slots that have a connection with this node. */
	readonly connected: () => SlotSet;
	/** Called before the daemon is started, paused, woken or ended. */
	readonly beforeChange: () => void;
	/** The node may go from the middle of a change of the configuration to its end. */
	readonly middleReached: (towards: string) => void;
	readonly record: (event: FarmEvent) => void;
};
