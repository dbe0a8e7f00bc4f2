/** The application that the farm exists for, as configured: services, what checks them, what is told whom. Commands are argument vectors; no shell reads them. */

/** A program and its arguments; at least the program. */
export type Command = readonly string[];

export type Service = {
	readonly name: string;
	readonly run: ServiceRun;
	/** The start has failed when the service does not run after so long. */
	readonly startTimeoutMs: number;
	/** A stop is forced after so long. */
	readonly stopTimeoutMs: number;
};

export type ServiceRun =
	/** A systemd unit, with its suffix. */
	| {readonly kind: 'unit'; readonly unit: string}
	/** Stays in the foreground, supervised by the daemon. */
	| {readonly kind: 'command'; readonly command: Command; readonly folder: string | undefined; readonly environment: Readonly<Record<string, string>>}
	/** `start` and `stop` end when it is done; `status` ends with 0 while the service runs. */
	| {readonly kind: 'scripts'; readonly start: Command; readonly stop: Command; readonly status: Command | undefined};

/** What follows when a check goes down. */
export type CheckAction = 'restart' | 'stopstart' | 'wait' | 'stop' | 'none' | 'handler';

export type Check = {
	readonly name: string;
	readonly probe: Probe;
	readonly intervalMs: number;
	/** Each interval is longer or shorter by up to this much. */
	readonly jitterMs: number;
	readonly timeoutMs: number;
	/** Results in a row that make it up, or down. */
	readonly rise: number;
	readonly fall: number;
	/** What it is held to be before enough results. */
	readonly initial: 'up' | 'down' | 'unknown';
	readonly action: CheckAction;
	/** With the action `handler`. */
	readonly handler: Command | undefined;
	/** `before-start`: always, and services are not started while it is down. `up`: while the services run. */
	readonly when: 'before-start' | 'up';
};

/** Processes of that name (comm), the pid in a file, the main process of a unit, that of a service of this farm. */
export type ProcessKey = {readonly name: string} | {readonly pidFile: string} | {readonly unit: string} | {readonly service: string};

export type Probe =
	| {readonly type: 'process'; readonly by: ProcessKey; readonly atLeast: number; readonly atMost: number | undefined}
	| {readonly type: 'tcp'; readonly address: string; readonly port: number}
	| {
		readonly type: 'http'; readonly url: string; readonly method: 'GET' | 'HEAD';
		/** Both ends included. */
		readonly status: ReadonlyArray<{readonly from: number; readonly to: number}>;
		/** A regular expression that the body must match. */
		readonly body: string | undefined;
		/** Sent with the request. */
		readonly headers: Readonly<Record<string, string>>;
		/** https only: whether the certificate must be valid for the host, and by which authorities (a file) where not the system's. */
		readonly isVerified: boolean; readonly authorities: string | undefined;
		/** https only: a warning when the certificate ends within so long. */
		readonly expiryWarningMs: number;
	}
	| {readonly type: 'ping'; readonly address: string}
	/** Up and with carrier. */
	| {readonly type: 'interface'; readonly interface: string}
	/** The machine has the address, on that interface where one is named. */
	| {readonly type: 'address'; readonly address: string; readonly interface: string | undefined}
	/** `isReporting`: runs on and prints `up` or `down REASON`, a line each. Otherwise its exit status counts. */
	| {readonly type: 'command'; readonly command: Command; readonly isReporting: boolean}
	| {readonly type: 'unit'; readonly unit: string}
	/** Another farm's daemon on this machine, by its run dir: up while this node is UP there. */
	| {readonly type: 'farm'; readonly runDir: string}
	| {readonly type: 'file'; readonly path: string; readonly isAbsent: boolean; readonly ageMaxMs: number | undefined; readonly freeBytesMin: number | undefined}
	/** An answer for the name, with the address where one is expected. */
	| {readonly type: 'dns'; readonly server: string; readonly port: number; readonly name: string; readonly record: 'A' | 'AAAA'; readonly expect: string | undefined}
	| {readonly type: 'udp'; readonly address: string; readonly port: number; readonly send: string; readonly expect: string | undefined}
	/** Of the names of other checks with and, or, not and parentheses. */
	| {readonly type: 'expression'; readonly of: string};

export const hookNames = ['before-start', 'after-start', 'before-stop', 'after-stop', 'on-state', 'on-farm'] as const;

export type HookName = typeof hookNames[number];

export type Hooks = {readonly commands: Readonly<Partial<Record<HookName, Command>>>; readonly timeoutMs: number};

export type Mail = {
	readonly server: string; readonly port: number; readonly from: string; readonly to: readonly string[];
	readonly user: string | undefined; readonly passwordFile: string | undefined;
};

export type Notify = {
	/** Levels below are not told. */
	readonly level: 'info' | 'warning' | 'error';
	readonly groupMs: number;
	readonly webhook: {readonly url: string; readonly headersFile: string | undefined} | undefined;
	readonly mail: Mail | undefined;
};

export type ApplicationConfig = {
	readonly services: readonly Service[];
	readonly checks: readonly Check[];
	readonly hooks: Hooks;
	/** Automatic actions: so many within so long, then the node stops. */
	readonly actions: {readonly max: number; readonly withinMs: number};
	/** What a node does after a boot of its machine. */
	readonly boot: 'start' | 'stay' | 'as-before';
	/** So many nodes go on serving although checks would take them out; 0 for no such guard. */
	readonly keepAtLeast: number;
	/** How long a node that returns takes to have its whole share. */
	readonly slowStartMs: number;
	/** Where an HTTP listener answers whether the node is UP. */
	readonly probe: {readonly address: string; readonly port: number} | undefined;
	readonly notify: Notify | undefined;
};

/** Of a farm that says nothing of an application, and the defaults of one that does. */
export const noApplication: ApplicationConfig = {
	services: [],
	checks: [],
	hooks: {commands: {}, timeoutMs: 30_000},
	actions: {max: 3, withinMs: 24 * 3_600_000},
	boot: 'as-before',
	keepAtLeast: 1,
	slowStartMs: 0,
	probe: undefined,
	notify: undefined,
};
