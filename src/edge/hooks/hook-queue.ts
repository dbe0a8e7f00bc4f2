/**
Runs hooks in the order of the queue in `core/hooks`, one at a time, and keeps what it owes on the disk. The rule it keeps: nothing is run before the disk knows that
it is, so whatever becomes of the daemon, what was to be told is told, and the number says whether it was told before. A disk that fails is told, and hooks go on.
*/

import {hookEnvironment, type HookEnvironment} from '../../core/hooks/environment.js';
import {
	beginHook, emptyHookQueue, endHook, hurryHooks, isNotice, parseHooks, queueHook, renderHooks, restoreHooks, type QueuedHook,
} from '../../core/hooks/queue.js';
import type {Command, HookName, Hooks} from '../../core/model/application.js';
import type {FarmEvent} from '../../core/model/event.js';
import {runCommand, type CommandResult} from '../program/run.js';
import {readState, writeStateBeside} from '../state/state-folder.js';

export const hooksFileName = 'hooks.json';

/** When the daemon ends, what waits is still run for so long; what is left then is for the next one. */
export const hooksLeftMs = 5000;

export type HookEnded = {readonly outcome: 'done' | 'failed' | 'timeout'; /** One line, such as how it ended. */ readonly detail: string};

export type HookQueueParts = {
	readonly stateDir: string;
	/** As configured now. */
	readonly hooks: () => Hooks;
	/** For all hooks: of the farm, the node and the daemon. */
	readonly variables: HookEnvironment;
	/** Wall time, ISO 8601. */
	readonly at: () => string;
	readonly record: (event: FarmEvent) => void;
	readonly run?: typeof runCommand;
};

export type HookQueue = {
	/** A hook that somebody waits for: resolves with how it ended; never rejects. */
	run: (order: {readonly name: HookName; readonly command: Command; readonly timeoutMs: number; readonly reason: string}) => Promise<HookEnded>;
	/** Something happened; nobody waits for the hook. Nothing where none is configured. */
	tell: (name: 'on-state' | 'on-farm', variables: HookEnvironment) => void;
	/** Resolves when nothing waits. */
	idle: () => Promise<void>;
	/** Runs what waits for at most `hooksLeftMs`, then ends what runs; what has not ended is for the next life. */
	close: () => Promise<void>;
};

type Order = {readonly command: Command; readonly timeoutMs: number; readonly ended: (ended: HookEnded) => void};

/** Begins with what an earlier life of the daemon owes, and with what it delivered last. */
export function createHookQueue({stateDir, hooks, variables, at, record, run = runCommand}: HookQueueParts): HookQueue {
	const orders = new Map<number, Order>();
	const stopping = new AbortController();
	let state = restored(stateDir, record);
	let working: Promise<void> | undefined;
	let isKept = true;
	/** The last hook that nobody waited for was not done in time: a start or stop does not wait for the next ones. */
	let isHanging = false;

	const keep = async (): Promise<void> => {
		try {
			await writeStateBeside(stateDir, hooksFileName, `${renderHooks(state)}\n`);
			isKept = true;
		} catch (error) {
			if (isKept) {
				record({level: 'error', name: 'hooks-not-kept', message: `what hooks are owed would be lost with this daemon: ${(error as Error).message}`});
			}

			isKept = false;
		}
	};

	const orderOf = (hook: QueuedHook): Pick<Order, 'command' | 'timeoutMs'> | undefined => {
		const {commands, timeoutMs} = hooks();
		const command = commands[hook.name];
		return orders.get(hook.sequence) ?? (command === undefined ? undefined : {command, timeoutMs});
	};

	const runOne = async (hook: QueuedHook): Promise<void> => {
		const order = orderOf(hook);
		if (order === undefined) {
			return;
		}

		const result = await run(order.command, {
			timeoutMs: order.timeoutMs, environment: environmentOf(hook, variables), signal: stopping.signal,
		});
		if (isNotice(hook)) {
			isHanging = result.ending.kind === 'timeout';
		}

		if (!result.hasSucceeded) {
			record(failedEvent(hook, result));
		}

		orders.get(hook.sequence)?.ended(endedAs(result));
	};

	const work = async (): Promise<void> => {
		while (state.waiting.length > 0 && !stopping.signal.aborted) {
			state = beginHook(state);
			// eslint-disable-next-line no-await-in-loop -- one at a time
			await keep();
			// eslint-disable-next-line no-await-in-loop -- one at a time
			await runOne(state.waiting[0]!);
			if (!stopping.signal.aborted) {
				orders.delete(state.waiting[0]!.sequence);
				state = isHanging ? hurryHooks(endHook(state)) : endHook(state);
			}
		}

		await keep();
	};

	const begin = (): void => {
		working ??= work().finally(() => {
			working = undefined;
			if (state.waiting.length > 0 && !stopping.signal.aborted) {
				begin();
			}
		});
	};

	const add = (name: HookName, told: HookEnvironment, order?: Order): void => {
		const {state: next, queued, leftOut} = queueHook(state, {name, variables: {FARMCTL_AT: at(), ...told}});
		state = isHanging ? hurryHooks(next) : next;
		if (order !== undefined) {
			orders.set(queued.sequence, order);
		}

		if (leftOut !== undefined) {
			record(leftOutEvent(leftOut));
		}

		begin();
	};

	if (state.waiting.length > 0) {
		begin();
	}

	const idle = async (): Promise<void> => {
		const now = working;
		if (now === undefined) {
			return;
		}

		await now;
		// What came meanwhile is waited for as well.
		await idle();
	};

	return {
		run: async ({name, command, timeoutMs, reason}) => new Promise(resolve => {
			add(name, {FARMCTL_REASON: reason}, {command, timeoutMs, ended: resolve});
		}),
		tell(name, told) {
			if (hooks().commands[name] !== undefined) {
				add(name, told);
			}
		},
		idle,
		async close() {
			const timer = setTimeout(() => {
				stopping.abort();
			}, hooksLeftMs);
			await idle();
			clearTimeout(timer);
			stopping.abort();
		},
	};
}

function restored(stateDir: string, record: HookQueueParts['record']): typeof emptyHookQueue {
	const text = readState(stateDir, hooksFileName);
	const found = text === undefined ? emptyHookQueue : parseHooks(text);
	if (found === undefined) {
		record({level: 'error', name: 'hooks-not-kept', message: `'${stateDir}/${hooksFileName}' is not what farmctl wrote: what hooks were owed is lost`});
	}

	const {state, cut} = restoreHooks(found ?? emptyHookQueue);
	for (const {name, sequence} of cut) {
		record({
			level: 'warning', name: 'hook-cut', message: `hook ${name} (number ${sequence}) was cut by the end of the daemon; the node makes its start or stop anew`, fields: {hook: name, sequence},
		});
	}

	return state;
}

const environmentOf = (hook: QueuedHook, variables: HookEnvironment): Readonly<Record<string, string>> => hookEnvironment({
	...variables, ...hook.variables, FARMCTL_HOOK: hook.name, FARMCTL_SEQUENCE: String(hook.sequence), FARMCTL_AGAIN: hook.isAgain ? '1' : '0',
});

function endedAs({ending, hasSucceeded, reason}: CommandResult): HookEnded {
	if (hasSucceeded) {
		return {outcome: 'done', detail: reason};
	}

	return {outcome: ending.kind === 'timeout' ? 'timeout' : 'failed', detail: reason};
}

const failedEvent = (hook: QueuedHook, {reason}: CommandResult): FarmEvent => ({
	level: 'warning',
	name: 'hook-failed',
	message: `hook ${hook.name} (number ${hook.sequence}) ${reason}${isNotice(hook) ? '; the next one runs all the same' : ''}`,
	fields: {hook: hook.name, sequence: hook.sequence},
});

const leftOutEvent = ({name, sequence}: QueuedHook): FarmEvent => ({
	level: 'error', name: 'hook-left-out', message: `too many hooks wait: ${name} number ${sequence} is left out; does a hook hang? see its timeout`, fields: {hook: name, sequence},
});
