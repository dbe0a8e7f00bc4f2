import test from 'ava';
import {createAsking, reportAgeMsMax} from '../../../src/edge/probe/asking.js';
import type {ProbeReport} from '../../../src/edge/probe/report.js';

const up: ProbeReport = {
	farm: 'web', node: 'web1', state: 'UP', isUp: true, reason: '',
};

function asked(waitMs: number) {
	const stage = {questions: 0, nowMs: 0};
	const asking = createAsking({
		ask() {
			stage.questions++;
		},
		nowMs: () => stage.nowMs,
		waitMs,
	});
	return {...asking, stage};
}

test('many that want to know at once are one question', async t => {
	const {report, told, stage} = asked(20_000);
	const answers = Array.from({length: 100}, async () => report());
	t.is(stage.questions, 1);
	told(up);
	t.deepEqual(await Promise.all(answers), Array.from({length: 100}, () => up));
});

test('an answer is good for a moment and no longer', async t => {
	const {report, told, stage} = asked(20_000);
	const first = report();
	told(up);
	await first;
	stage.nowMs = reportAgeMsMax;
	t.is(await report(), up);
	stage.nowMs = reportAgeMsMax + 1;
	const down: ProbeReport = {...up, state: 'WAIT', isUp: false};
	const later = report();
	t.is(stage.questions, 2);
	told(down);
	t.is(await later, down);
});

test('a daemon that hangs is asked once, and what it says when it wakes counts from then on', async t => {
	const {report, told, stage} = asked(1);
	t.is(await report(), 'the daemon has not answered for 1 ms');
	t.is(await report(), 'the daemon has not answered for 1 ms');
	t.is(stage.questions, 1);
	told(up);
	t.is(await report(), up);
});
