import test from 'ava';
import fc from 'fast-check';
import {
	deriveTiming, detectionMaxMs, detectionMinMs, iptablesDetectionMinMs, iptablesTimingProblems, kernelTickMs, timingProblems, timingWarnings,
} from '../../../src/core/config/timing.js';
import {goodDocument, problemsOf, withAt} from './documents.js';

test('300 ms: an interval of 50, a lease of 260, a silence of 125', t => {
	const timing = deriveTiming({detection: 300});
	t.like(timing, {intervalMs: 50, leaseMs: 260, silenceMs: 125, lossesMax: 1});
	t.deepEqual(timingProblems(timing), []);
	t.deepEqual(timingWarnings(timing), []);
});

test('30 ms is allowed, without a warning since the interval is its minimum', t => {
	const timing = deriveTiming({detection: 30});
	t.like(timing, {intervalMs: 4, leaseMs: 25});
	t.deepEqual(timingProblems(timing), []);
	t.deepEqual(timingWarnings(timing), []);
	t.is(timingWarnings(deriveTiming({detection: 30, interval: 5})).length, 1);
});

test('every detection time alone is safe, and without a warning', t => {
	const detectionFrom = (min: number) => fc.oneof(fc.integer({min, max: 400}), fc.integer({min, max: detectionMaxMs}));
	fc.assert(fc.property(detectionFrom(detectionMinMs), detection => {
		const timing = deriveTiming({detection});
		t.deepEqual(timingProblems(timing), []);
		t.true((timing.leaseMs * 1.01) + kernelTickMs < detection * 0.99);
		t.true(timing.silenceMs < detection);
	}), {numRuns: 400});
	fc.assert(fc.property(detectionFrom(detectionMinMs), detection => {
		t.deepEqual(timingWarnings(deriveTiming({detection})), []);
	}), {numRuns: 400});
});

test('the longest lease offered is safe and one more is not', t => {
	for (const detection of [30, 100, 300, 1000, 60_000]) {
		const {hint} = timingProblems(deriveTiming({detection, lease: detection})).find(({key}) => key === 'lease')!;
		const lease = Number(/(\d+)ms/u.exec(hint)![1]);
		const isSafe = (leaseMs: number) => timingProblems(deriveTiming({detection, lease: leaseMs})).every(({message}) => !message.includes('not safe'));
		t.true(isSafe(lease));
		t.false(isSafe(lease + 1));
	}
});

test('100 ms x 3 is refused or warned of: one lost heartbeat makes it blink', t => {
	t.not(timingWarnings(deriveTiming({detection: 300, interval: 100})).length, 0);
});

test('the back end iptables wants more time than nft', t => {
	t.deepEqual(iptablesTimingProblems(deriveTiming({detection: iptablesDetectionMinMs})), []);
	const [problem] = iptablesTimingProblems(deriveTiming({detection: iptablesDetectionMinMs - 1}));
	t.regex(problem!.message, /a detection of 199 ms .* 200 ms/u);
	const document = withAt(withAt(goodDocument, ['backend'], 'iptables'), ['heartbeat', 'detection'], '100ms');
	t.deepEqual(problemsOf(document).filter(text => text.includes('iptables')).map(text => text.split(':', 1)[0]), ['heartbeat.detection']);
	t.deepEqual(problemsOf(withAt(document, ['backend'], 'nft')), []);
});
