/** The environment that hooks and handlers run in. Every variable that there may be is here, and farmctl.conf(5) tells them from this list. */

/** What each variable says. */
export const hookVariables = {
	FARMCTL_HOOK: 'the name of the hook, or handler',
	FARMCTL_SEQUENCE: 'the number of the delivery, from 1, that grows for the life of the state folder',
	FARMCTL_AGAIN: '1 where this delivery may have been made before, by a daemon that has ended since; else 0',
	FARMCTL_AT: 'when it happened, such as 2026-01-02T03:04:05.678Z',
	FARMCTL_FARM: 'the name of the farm',
	FARMCTL_NODE: 'the name of this node',
	FARMCTL_CONFIG: 'the configuration file of the daemon',
	FARMCTL_RUN_DIR: 'the run directory of the daemon',
	FARMCTL_REASON: 'why, as one sentence; empty where there is nothing to say',
	FARMCTL_STATE: 'on-state: the state of this node now',
	FARMCTL_STATE_BEFORE: 'on-state: its state before; empty for the first',
	FARMCTL_NODES: 'on-farm: each node of the farm with its state, such as web1=UP web2=DEAD',
	FARMCTL_NODES_BEFORE: 'on-farm: the same as it was told before; empty for the first',
	FARMCTL_CHECK: 'handler: the check that went down',
} as const;

export type HookVariable = keyof typeof hookVariables;

export type HookEnvironment = Readonly<Partial<Record<HookVariable, string>>>;

/** Characters of a value; what is longer is cut. The kernel takes no more than 128 KiB of one. */
export const hookValueCharactersMax = 8192;

/** Without what a program cannot be given: a value ends at a zero byte. */
export const hookEnvironment = (variables: HookEnvironment): Readonly<Record<string, string>> =>
	Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value.replaceAll('\0', ' ').slice(0, hookValueCharactersMax)]));
