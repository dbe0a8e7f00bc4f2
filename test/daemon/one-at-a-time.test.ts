import test from 'ava';
import {oneAtATime} from '../../src/daemon/one-at-a-time.js';

function work() {
	const ends: Array<{readonly resolve: () => void; readonly reject: (error: Error) => void}> = [];
	const begun = async (count: number): Promise<void> => {
		while (ends.length < count) {
			await Promise.resolve();
		}
	};

	return {
		ends, begun,
		run: oneAtATime(async () => new Promise<void>((resolve, reject) => {
			ends.push({resolve, reject});
		})),
	};
}

const letRun = async (): Promise<void> => new Promise(resolve => {
	setImmediate(resolve);
});

test('who asks while it runs shares one more run with all who do', async t => {
	const {ends, begun, run} = work();
	const first = run();
	await begun(1);
	const others = [run(), run(), run()];
	await letRun();
	t.is(ends.length, 1);
	ends[0]!.resolve();
	await first;
	await begun(2);
	ends[1]!.resolve();
	await Promise.all(others);
	await letRun();
	t.is(ends.length, 2);
});

test('who asks when all is done gets a run of its own', async t => {
	const {ends, begun, run} = work();
	for (const count of [1, 2]) {
		const one = run();
		await begun(count);
		ends[count - 1]!.resolve();
		await one;
	}

	t.is(ends.length, 2);
});

test('a run that fails fails for who waited for it, and the next one begins', async t => {
	const {ends, begun, run} = work();
	const first = run();
	await begun(1);
	const second = run();
	ends[0]!.reject(new Error('lost'));
	await t.throwsAsync(first, {message: 'lost'});
	await begun(2);
	ends[1]!.resolve();
	await t.notThrowsAsync(second);
});
