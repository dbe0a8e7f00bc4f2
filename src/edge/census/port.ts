/** Who looks at the established connections that this machine's kernel has to the VIPs. The real one is in `kernel.ts`, one in memory in `fake.ts`. */

import type {Farm} from '../../core/model/farm.js';
import type {Endpoint} from '../../core/explain/question.js';
import type {SlotSet} from '../../core/model/slot-set.js';

export type CensusAnswer = {
	/** Connections in the slots that were asked about. */
	readonly count: number;
	/** All slots that have one. */
	readonly slots: SlotSet;
	/** Those with the most connections in the slots that were asked about, at most `clientsNamedMax`, the most first. */
	readonly clients: readonly CensusClient[];
};

export type CensusClient = {readonly address: string; readonly connections: number};

export type Census = {
	/**
	Every TCP connection to a VIP that a client can still use, by the slot that the farm's rules put it in. Takes as long as the kernel has sockets, in pieces of
	few milliseconds. Rejects with a KernelFailure.
	*/
	look: (farm: Farm, asked: SlotSet) => Promise<CensusAnswer>;
	/** How many such connections this client has to the VIPs, from any of its ports or from the one it names. Rejects with a KernelFailure. */
	countOf: (farm: Pick<Farm, 'vips'>, client: Endpoint) => Promise<number>;
	/** A look that is under way rejects. */
	close: () => void;
};
