/** Being told by the kernel that a process has ended. The real one is in `pidfd.ts`, one for tests in `fake.ts`. */

export type Deaths = {
	/** Calls once when the process has ended, a zombie included, also when it had before; never inside this call. One that the kernel lets nobody watch is never told. Returns what ends the watch. */
	watch: (pid: number, died: () => void) => () => void;
	/** Nothing is told any more. Resolves when no thread waits for the kernel. */
	close: () => Promise<void>;
};
