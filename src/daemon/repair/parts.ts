/** What the repair of this machine needs from the daemon around it. */

import {repairDelayMaxMs, repairWindowMs, type Patience} from '../../core/repair/patience.js';
import type {FarmEvent} from '../../core/model/event.js';
import type {Clock} from '../../edge/clock/clock.js';
import type {Filter} from '../../edge/filter/port.js';
import type {Link} from '../../edge/link/port.js';
import type {Standing} from '../live/standing.js';

export type RepairParts = {
	/** What shall stand now. */
	readonly standing: () => Standing;
	readonly filter: Filter;
	readonly link: Link;
	readonly clock: Clock;
	readonly record: (event: FarmEvent) => void;
	/** Does the work while the membership core changes nothing in the filter. */
	readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
	/** Slots and lease in the kernel are not what the membership core believes. */
	readonly kernelLost: (what: string) => void;
	/** Why this node must not serve now, empty for nothing; told whenever that changes. */
	readonly hinder: (reason: string) => void;
	/** The interface is there again, or has its carrier again. */
	readonly returned: (interfaceName: string) => void;
};

/** Of the look at one part of the machine. */
export type Finding = {
	/** Why this node must not serve; empty for nothing. */
	readonly reason: string;
	/** When to look again although no notice comes; Infinity for never. */
	readonly lookAgainAt: number;
};

/** The sentence of an error. */
export const sentenceOf = (error: unknown): string => error instanceof Error ? error.message : String(error);

/** ` by nft (pid 4711)`, or nothing where nobody is known. */
export const byText = (by: string): string => by === '' ? '' : ` by ${by}`;

/** How a repair goes on against a program that insists. */
export const insistenceText = ({repairs, delayMs}: Patience): string =>
	`put back ${repairs.length} times in ${repairWindowMs / 1000} s, next after ${delayMs / 1000} s, then less and less often, at last every ${repairDelayMaxMs / 1000} s`;

/** Milliseconds from the kernel's notice to the repair; nothing for what was found without a notice. */
export const tookField = (noticedAt: number | undefined, {nowFine}: Pick<Clock, 'nowFine'>): {readonly tookMs?: number} =>
	noticedAt === undefined ? {} : {tookMs: Math.ceil(nowFine() - noticedAt)};
