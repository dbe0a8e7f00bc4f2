/** Follows the processes of one check, from probe to probe, and tells when one of them has died. */

import type {Deaths} from '../deaths/port.js';
import {lookAtProcess, type ProcessFacts} from '../program/processes.js';

/** Of one check: each takes a file descriptor. */
export const watchesMax = 256;

export type ProcessWatch = {
	/** These from now on, and no others. */
	readonly follow: (entries: readonly ProcessFacts[]) => Promise<void>;
	readonly close: () => void;
};

/** `died` is told of the first of those that died together, such as `nginx (pid 4711)`. */
export function createProcessWatch(openDeaths: () => Promise<Deaths | undefined>, died: (who: string) => Promise<void>): ProcessWatch {
	const watched = new Map<string, () => void>();
	let telling: NodeJS.Immediate | undefined;
	let isClosed = false;
	const keyOf = ({pid, startTicks}: ProcessFacts): string => `${pid} ${startTicks}`;
	const tell = (entry: ProcessFacts): void => {
		watched.get(keyOf(entry))?.();
		watched.delete(keyOf(entry));
		telling ??= setImmediate(() => {
			telling = undefined;
			void died(`${entry.name} (pid ${entry.pid})`);
		});
	};

	return {
		async follow(entries) {
			const deaths = entries.length === 0 ? undefined : await openDeaths();
			const wanted = new Map(isClosed ? [] : entries.slice(0, watchesMax).map(entry => [keyOf(entry), entry]));
			for (const [key, forget] of watched) {
				if (!wanted.has(key)) {
					forget();
					watched.delete(key);
				}
			}

			for (const [key, entry] of wanted) {
				if (deaths !== undefined && !watched.has(key)) {
					watched.set(key, deaths.watch(entry.pid, () => {
						tell(entry);
					}));
					// It may have died before, and its number be another's.
					if (lookAtProcess(entry.pid)?.startTicks !== entry.startTicks) {
						tell(entry);
					}
				}
			}
		},
		close() {
			isClosed = true;
			clearImmediate(telling);
			for (const forget of watched.values()) {
				forget();
			}

			watched.clear();
		},
	};
}
