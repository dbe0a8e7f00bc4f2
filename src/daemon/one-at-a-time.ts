/** Work that never runs twice at once, however often it is asked for. */

/** Runs the work when it does not run already; who asks meanwhile waits, with all others who do, for one more run. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
	let last: Promise<void> | undefined;
	let waiting: Promise<void> | undefined;
	const run = async (before: Promise<void> | undefined): Promise<void> => {
		await before?.catch(() => undefined);
		waiting = undefined;
		await work();
	};

	return async () => {
		if (waiting === undefined) {
			waiting = run(last);
			last = waiting;
		}

		return waiting;
	};
}
