/** Deaths for tests: whoever holds it says who died. */

import type {Deaths} from './port.js';

export type FakeDeaths = Deaths & {
	readonly kill: (pid: number) => void;
	/** Ascending. */
	readonly watched: () => readonly number[];
};

export function createFakeDeaths(): FakeDeaths {
	const watches = new Set<{readonly pid: number; readonly died: () => void}>();
	return {
		watch(pid, died) {
			const watch = {pid, died};
			watches.add(watch);
			return () => {
				watches.delete(watch);
			};
		},
		async close() {
			watches.clear();
		},
		kill(pid) {
			for (const watch of watches) {
				if (watch.pid === pid) {
					watches.delete(watch);
					watch.died();
				}
			}
		},
		watched: () => [...new Set([...watches].map(({pid}) => pid))].toSorted((a, b) => a - b),
	};
}
