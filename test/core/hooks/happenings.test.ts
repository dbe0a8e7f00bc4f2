import test from 'ava';
import {happenings, nothingSeen} from '../../../src/core/hooks/happenings.js';
import {initialState, type MembershipState} from '../../../src/core/membership/state.js';
import {step} from '../../../src/core/membership/step.js';
import type {MembershipInput} from '../../../src/core/membership/types.js';
import {monoMs} from '../../../src/core/model/time.js';
import {configOf, heartbeatOf} from '../membership/single.js';

const begun = initialState(configOf(3), {incarnation: 100, now: monoMs(0)});
const after = (state: MembershipState, input: MembershipInput, now = 1): MembershipState => step(state, input, monoMs(now)).state;
const words = (told: ReturnType<typeof happenings>): string[] => told.happened.map(({name, variables}) => `${name} ${variables.FARMCTL_STATE ?? variables.FARMCTL_NODES}`);

test('the first look tells how all is, and the next one nothing', t => {
	const first = happenings(nothingSeen, begun);
	t.deepEqual(words(first), ['on-state OFF', 'on-farm n1=OFF n2=UNKNOWN n3=UNKNOWN']);
	t.is(first.happened[0]!.variables.FARMCTL_STATE_BEFORE, '');
	const next = happenings(first.seen, begun);
	t.is(next.seen, first.seen);
	t.deepEqual(next.happened, []);
});

test('a state of this node is told with the one before and why, one of another node as the farm', t => {
	const {seen} = happenings(nothingSeen, begun);
	const started = after(begun, {kind: 'start'});
	const own = happenings(seen, started);
	t.like(own.happened[0]!.variables, {FARMCTL_STATE: 'WAIT', FARMCTL_STATE_BEFORE: 'OFF'});
	t.is(own.happened[1]!.variables.FARMCTL_NODES_BEFORE, 'n1=OFF n2=UNKNOWN n3=UNKNOWN');
	const heard = happenings(own.seen, after(started, {kind: 'heard', message: heartbeatOf(3, {state: 'UP'}), network: 0}));
	t.deepEqual(words(heard), ['on-farm n1=WAIT n2=UNKNOWN n3=UP']);
});

test('a farm of other nodes is another farm', t => {
	const {seen} = happenings(nothingSeen, begun);
	t.deepEqual(words(happenings(seen, initialState(configOf(2), {incarnation: 100, now: monoMs(0)}))), ['on-farm n1=OFF n2=UNKNOWN']);
});
