import test from 'ava';
import {createRemedies} from '../../../src/daemon/application/remedies.js';

const timeoutMs = 60_000;

test('a handler knows its check and why, and how it ended is told', async t => {
	const remedies = createRemedies({FARMCTL_NODE: 'web1'});
	const call = {timeoutMs, reason: 'it is down'};
	t.deepEqual(await remedies.run('web', {...call, command: ['sh', '-c', '[ "$FARMCTL_NODE $FARMCTL_HOOK $FARMCTL_CHECK $FARMCTL_REASON" = "web1 handler web it is down" ]']}), {
		outcome: 'done', detail: 'ended with status 0',
	});
	t.deepEqual(await remedies.run('web', {...call, command: ['sh', '-c', 'echo no; exit 3']}), {outcome: 'failed', detail: 'ended with status 3: no'});
	t.like(await remedies.run('web', {...call, timeoutMs: 50, command: ['sleep', '1000']}), {outcome: 'timeout'});
});

test('what runs when the daemon ends is ended', async t => {
	const remedies = createRemedies({});
	const running = remedies.run('web', {timeoutMs, reason: '', command: ['sleep', '1000']});
	await remedies.close();
	t.deepEqual(await running, {outcome: 'failed', detail: 'was ended'});
});
