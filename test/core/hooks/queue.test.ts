import test from 'ava';
import fc from 'fast-check';
import {hookEnvironment, hookValueCharactersMax} from '../../../src/core/hooks/environment.js';
import {
	beginHook, emptyHookQueue, endHook, hooksWaitingMax, hurryHooks, parseHooks, queueHook, renderHooks, restoreHooks, type HookQueueState,
} from '../../../src/core/hooks/queue.js';
import type {HookName} from '../../../src/core/model/application.js';

const queued = (names: readonly HookName[], state = emptyHookQueue): HookQueueState => {
	let next = state;
	for (const name of names) {
		next = queueHook(next, {name, variables: {FARMCTL_REASON: `${name} ${next.sequence + 1}`}}).state;
	}

	return next;
};

const delivered = (state: HookQueueState): HookQueueState => endHook(beginHook(state));
const numbers = ({waiting}: HookQueueState): string[] => waiting.map(({sequence, name, isAgain}) => `${sequence} ${name}${isAgain ? ' again' : ''}`);

test('in the order in which it happened, each with a number', t => {
	const state = queued(['on-state', 'before-start', 'on-farm', 'on-state']);
	t.deepEqual(numbers(state), ['1 on-state', '2 before-start', '3 on-farm', '4 on-state']);
	t.deepEqual(numbers(delivered(state)), ['2 before-start', '3 on-farm', '4 on-state']);
	t.deepEqual(delivered(state).told.map(({sequence}) => sequence), [1]);
	t.deepEqual(beginHook(emptyHookQueue), emptyHookQueue);
	t.deepEqual(endHook(emptyHookQueue), emptyHookQueue);
});

test('a new life: what was not told is, what may have been told is told again, and the last of each to begin with', t => {
	const idle = restoreHooks(delivered(delivered(delivered(queued(['on-state', 'on-farm', 'on-state'])))));
	t.deepEqual(numbers(idle.state), ['2 on-farm again', '3 on-state again']);
	const busy = restoreHooks(beginHook(delivered(queued(['on-farm', 'on-state', 'on-state']))));
	t.deepEqual(numbers(busy.state), ['1 on-farm again', '2 on-state again', '3 on-state']);
	t.deepEqual(busy.state.waiting.map(({isBegun}) => isBegun), [false, false, false]);
	const twice = restoreHooks(busy.state);
	t.deepEqual(numbers(twice.state), numbers(busy.state), 'a life that told nothing');
});

test('a hook of a start or stop is not made again, and one that was cut is named', t => {
	const begun = restoreHooks(beginHook(queued(['before-stop', 'on-state'])));
	t.deepEqual(numbers(begun.state), ['2 on-state']);
	t.deepEqual(begun.cut.map(({name}) => name), ['before-stop']);
	t.deepEqual(restoreHooks(queued(['before-stop'])).cut, []);
});

test('those of a start or stop can go before all that have not begun', t => {
	t.deepEqual(numbers(hurryHooks(beginHook(queued(['on-state', 'on-farm', 'before-stop', 'on-state', 'after-stop'])))), ['1 on-state', '3 before-stop', '5 after-stop', '2 on-farm', '4 on-state']);
});

test('where too many wait, the oldest notice that has not begun is left out', t => {
	const full = beginHook(queued(['on-state', 'after-stop', ...Array.from({length: hooksWaitingMax - 2}, (): HookName => 'on-farm')]));
	const {state, leftOut, queued: last} = queueHook(full, {name: 'on-state', variables: {}});
	t.is(leftOut?.sequence, 3);
	t.is(state.waiting.length, hooksWaitingMax);
	t.is(state.waiting.at(-1), last);
	t.is(queueHook(queued(['on-state']), {name: 'on-farm', variables: {}}).leftOut, undefined);
});

test('the file says what the queue is; anything else is no queue', t => {
	const state = beginHook(delivered(queued(['on-state', 'on-farm', 'after-stop'])));
	t.deepEqual(parseHooks(renderHooks(state)), state);
	for (const text of ['', '{}', 'null', '{"sequence":0,"waiting":[],"told":[{}]}', renderHooks(state).replace('"sequence": 3', '"sequence": 1')]) {
		t.is(parseHooks(text), undefined);
	}

	fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => {
		parseHooks(text);
		return true;
	}));
});

test('whatever the order of lives and deliveries, every notice is told, and numbers of first deliveries grow', t => {
	const step = fc.constantFrom('state', 'farm', 'deliver', 'die in the middle', 'die');
	fc.assert(fc.property(fc.array(step, {maxLength: 60}), steps => {
		let state = emptyHookQueue;
		const first: number[] = [];
		const seen = new Set<number>();
		const tell = (one: HookQueueState): void => {
			const hook = one.waiting[0];
			if (hook === undefined || seen.has(hook.sequence)) {
				return;
			}

			seen.add(hook.sequence);
			first.push(hook.sequence);
		};

		for (const one of [...steps, ...Array.from({length: 130}, () => 'deliver')]) {
			if (one === 'state' || one === 'farm') {
				state = queued([`on-${one}`], state);
			} else if (one === 'deliver') {
				tell(state);
				state = delivered(state);
			} else {
				const left = one === 'die' ? state : beginHook(state);
				if (left !== state) {
					tell(left);
				}

				state = restoreHooks(left).state;
			}
		}

		const all = Array.from({length: state.sequence}, (_, index) => index + 1);
		t.deepEqual(first, all);
	}));
});

test('a value is what a program can be given', t => {
	t.deepEqual(hookEnvironment({FARMCTL_REASON: 'a\0b'}), {FARMCTL_REASON: 'a b'});
	t.is(hookEnvironment({FARMCTL_REASON: 'x'.repeat(1_000_000)}).FARMCTL_REASON!.length, hookValueCharactersMax);
});
