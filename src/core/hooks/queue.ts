/**
What hooks are still to be told, in which order. The rules it keeps: one at a time, in the order in which it happened; each has a number that grows. What is told to
nobody in particular, `on-state` and `on-farm`, is remembered until it has been delivered, and what was delivered last is delivered again to begin the next
life of the daemon. The hooks of a start or stop are not: whoever waited for them is gone, and the next life makes its start or stop anew.
*/

import {hookNames, type HookName} from '../model/application.js';
import type {HookEnvironment} from './environment.js';

/** More are not remembered: of what is told to nobody in particular, the oldest is left out. */
export const hooksWaitingMax = 1000;

export type QueuedHook = {
	readonly sequence: number;
	readonly name: HookName;
	/** Without those that the queue itself knows. */
	readonly variables: HookEnvironment;
	/** Whether it may have run already, under a daemon that has ended since. */
	readonly isAgain: boolean;
	/** Whether it may have run, or runs now. */
	readonly isBegun: boolean;
};

export type HookQueueState = {
	/** Of the newest. */
	readonly sequence: number;
	/** In their order. The first may be running. */
	readonly waiting: readonly QueuedHook[];
	/** The last of each that was delivered. */
	readonly told: readonly QueuedHook[];
};

export const emptyHookQueue: HookQueueState = {sequence: 0, waiting: [], told: []};

export const isNotice = ({name}: Pick<QueuedHook, 'name'>): boolean => name === 'on-state' || name === 'on-farm';

export type Queued = {readonly state: HookQueueState; readonly queued: QueuedHook; /** For which there is no room any more. */ readonly leftOut: QueuedHook | undefined};

/** The hook at the end of the queue. */
export function queueHook(state: HookQueueState, {name, variables}: Pick<QueuedHook, 'name' | 'variables'>): Queued {
	const queued = {sequence: state.sequence + 1, name, variables, isAgain: false, isBegun: false};
	const leftOut = state.waiting.length < hooksWaitingMax ? undefined : state.waiting.find(hook => isNotice(hook) && !hook.isBegun);
	return {state: {...state, sequence: queued.sequence, waiting: [...state.waiting.filter(hook => hook !== leftOut), queued]}, queued, leftOut};
}

/** Hooks of a start or stop go before all that nobody waits for and that have not begun. */
export function hurryHooks(state: HookQueueState): HookQueueState {
	const isPatient = (hook: QueuedHook): boolean => isNotice(hook) && !hook.isBegun;
	return {...state, waiting: [...state.waiting.filter(hook => !isPatient(hook)), ...state.waiting.filter(hook => isPatient(hook))]};
}

/** The first begins; nothing changes where nothing waits. */
export function beginHook(state: HookQueueState): HookQueueState {
	const [first, ...rest] = state.waiting;
	return first === undefined ? state : {...state, waiting: [{...first, isBegun: true}, ...rest]};
}

/** The first has ended, however that was. */
export function endHook(state: HookQueueState): HookQueueState {
	const [first, ...waiting] = state.waiting;
	return first === undefined || !isNotice(first)
		? {...state, waiting}
		: {...state, waiting, told: [...state.told.filter(({name}) => name !== first.name), first]};
}

/** What the next life of the daemon begins with. `cut`: hooks of a start or stop that may have been running when the last one ended. */
export function restoreHooks({sequence, waiting, told}: HookQueueState): {readonly state: HookQueueState; readonly cut: readonly QueuedHook[]} {
	const notices = waiting.filter(hook => isNotice(hook)).map(hook => ({...hook, isAgain: hook.isAgain || hook.isBegun, isBegun: false}));
	const again = told.filter(({name}) => notices.every(hook => hook.name !== name)).map(hook => ({...hook, isAgain: true, isBegun: false}));
	return {
		state: {sequence, waiting: [...again, ...notices].toSorted((a, b) => a.sequence - b.sequence), told},
		cut: waiting.filter(hook => !isNotice(hook) && hook.isBegun),
	};
}

/** As text, for a file. */
export const renderHooks = (state: HookQueueState): string => JSON.stringify(state, undefined, '\t');

/** What `renderHooks` wrote; undefined for anything else. Never throws. */
export function parseHooks(text: string): HookQueueState | undefined {
	try {
		const {sequence, waiting, told} = JSON.parse(text) as Readonly<Record<string, unknown>>;
		return isCount(sequence) && isHooks(waiting) && isHooks(told) && [...waiting, ...told].every(hook => hook.sequence <= sequence) ? {sequence, waiting, told} : undefined;
	} catch {
		return undefined;
	}
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isHooks = (value: unknown): value is readonly QueuedHook[] => Array.isArray(value) && value.every((hook: unknown) => {
	const {sequence, name, variables, isAgain, isBegun} = (typeof hook === 'object' && hook !== null ? hook : {}) as Readonly<Record<string, unknown>>;
	return isCount(sequence) && hookNames.includes(name as HookName) && typeof isAgain === 'boolean' && typeof isBegun === 'boolean'
		&& typeof variables === 'object' && variables !== null && Object.values(variables).every(word => typeof word === 'string');
});
