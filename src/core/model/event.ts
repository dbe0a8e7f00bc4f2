/** What happened, for the log, `status` and `top`: one event, one line. */

export type Level = 'debug' | 'info' | 'warning' | 'error';

export type FarmEvent = {
	readonly level: Level;
	/** A stable word for scripts, such as `node-dead`. */
	readonly name: string;
	/** One sentence for people. */
	readonly message: string;
	/** What scripts filter by: node names, slots, durations. Never a secret. */
	readonly fields?: Readonly<Record<string, string | number | boolean>>;
};
