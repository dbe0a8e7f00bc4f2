/** What was done, to be undone in reverse order: at the end of a daemon's life, and when its start fails half-way. */

export type Undo = {
	/** Remembers how to undo what was just done. */
	push: (what: string, undo: () => Promise<void> | void) => void;
	/** Undoes everything, newest first; what fails is told and does not stop the rest. */
	run: (failed: (what: string, error: unknown) => void) => Promise<void>;
};

export function createUndo(): Undo {
	const steps: Array<{what: string; undo: () => Promise<void> | void}> = [];
	return {
		push(what, undo) {
			steps.push({what, undo});
		},
		async run(failed) {
			for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
				try {
					// eslint-disable-next-line no-await-in-loop -- each step needs the one before it undone
					await step.undo();
				} catch (error) {
					failed(step.what, error);
				}
			}
		},
	};
}
