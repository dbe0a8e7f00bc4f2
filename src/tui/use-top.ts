/** Asks the daemon at a steady pace, one question at a time, and keeps asking when it does not answer. */

import {useEffect, useReducer} from 'react';
import type {Status} from '../core/status/status.js';
import type {TopAction} from './keymap.js';
import {emptyModel, fail, press, receive, type TopModel} from './top-model.js';

export type TopSource = {
	/** The daemon's snapshot; rejects with an Error whose message people understand. */
	readonly read: () => Promise<Status>;
	/** Milliseconds of a clock that never goes back. */
	readonly nowMs: () => number;
	/** Between two questions, and between two looks at the clock while one waits for its answer. */
	readonly intervalMs: number;
	/** A snapshot that is there already. */
	readonly first?: Status;
};

type TopEvent =
	| {readonly kind: 'status'; readonly status: Status; readonly nowMs: number}
	| {readonly kind: 'failure'; readonly message: string; readonly nowMs: number}
	| {readonly kind: 'time'; readonly nowMs: number}
	| {readonly kind: 'key'; readonly action: TopAction; readonly scrollMax: number};

type TopState = {readonly model: TopModel; readonly nowMs: number};

export type TopHook = TopState & {readonly act: (action: TopAction, scrollMax: number) => void};

export function useTop(source: TopSource): TopHook {
	const [state, dispatch] = useReducer(advance, source, firstState);
	useEffect(() => {
		let isAsking = false;
		const ask = async (): Promise<void> => {
			isAsking = true;
			dispatch(await outcome(source));
			isAsking = false;
		};

		const beat = (): void => {
			dispatch({kind: 'time', nowMs: source.nowMs()});
			if (!isAsking) {
				void ask();
			}
		};

		beat();
		const timer = setInterval(beat, source.intervalMs);
		return () => {
			clearInterval(timer);
		};
	}, [source]);
	return {
		...state,
		act(action, scrollMax) {
			dispatch({kind: 'key', action, scrollMax});
		},
	};
}

function firstState({first, nowMs}: TopSource): TopState {
	const now = nowMs();
	return {model: first === undefined ? emptyModel : receive(emptyModel, first, now), nowMs: now};
}

async function outcome({read, nowMs}: TopSource): Promise<TopEvent> {
	try {
		const status = await read();
		return {kind: 'status', status, nowMs: nowMs()};
	} catch (error) {
		return {kind: 'failure', message: error instanceof Error ? error.message : String(error), nowMs: nowMs()};
	}
}

function advance({model, nowMs}: TopState, event: TopEvent): TopState {
	switch (event.kind) {
		case 'status': {
			return {model: receive(model, event.status, event.nowMs), nowMs: event.nowMs};
		}

		case 'failure': {
			return {model: fail(model, event.message), nowMs: event.nowMs};
		}

		case 'time': {
			return {model, nowMs: event.nowMs};
		}

		case 'key': {
			return {model: press(model, event.action, event.scrollMax), nowMs};
		}

		default: {
			return event satisfies never;
		}
	}
}
