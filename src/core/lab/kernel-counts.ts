/** Adds up what each kernel filtered, although a filter that is installed anew counts from zero. */

import type {StatusCounters} from '../status/status.js';

export type KernelCounts = {
	/** Packets of other nodes' slots that this kernel dropped. */
	readonly filtered: number;
	readonly accepted: number;
	/** The last counters seen, from which the next ones are told apart. */
	readonly last: Pick<StatusCounters, 'foreignPackets' | 'acceptedPackets'>;
};

export const noCounts: KernelCounts = {filtered: 0, accepted: 0, last: {foreignPackets: 0, acceptedPackets: 0}};

/** The counts after the next look. A counter below its last value has begun anew. */
export function addCounters(counts: KernelCounts, next: KernelCounts['last']): KernelCounts {
	const since = (now: number, before: number): number => now < before ? now : now - before;
	return {
		filtered: counts.filtered + since(next.foreignPackets, counts.last.foreignPackets),
		accepted: counts.accepted + since(next.acceptedPackets, counts.last.acceptedPackets),
		last: {foreignPackets: next.foreignPackets, acceptedPackets: next.acceptedPackets},
	};
}
