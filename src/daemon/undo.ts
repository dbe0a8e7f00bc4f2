/**
What was done, to be undone in reverse order: at the end of a daemon's life, and when its start fails half-way. A daemon that is about to be followed by
the next leaves the machine as it is, and takes only itself away.
*/

export type Undo = {
	/** Remembers how to undo what was just done; `stays` says that it is part of the machine, for the next daemon to find. */
	push: (what: string, undo: () => Promise<void> | void, options?: {readonly stays: boolean}) => void;
	/** Undoes everything, newest first; what fails is told and does not stop the rest. */
	run: (failed: (what: string, error: unknown) => void, options?: {readonly isLeaving: boolean}) => Promise<void>;
};

export function createUndo(): Undo {
	const steps: Array<{what: string; undo: () => Promise<void> | void; stays: boolean}> = [];
	return {
		push(what, undo, options) {
			steps.push({what, undo, stays: options?.stays ?? false});
		},
		async run(failed, options) {
			for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
				if (options?.isLeaving && step.stays) {
					continue;
				}

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
