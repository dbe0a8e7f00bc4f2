/** The heartbeats of a real daemon among simulated peers, while many ask it. */

import test from 'ava';
import {requestStatus} from '../../src/edge/control/client.js';
import {withSubject} from '../bench/daemon/subject.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();
const register = reason === undefined ? test : test.skip;

/** So long that only what the displays do can end a lease, not a busy machine. */
const detection = '3s';

const displaysCount = 20;
const roundsCount = 50;

register(`a daemon that many displays ask without a pause keeps its lease and sends its heartbeats${reason === undefined ? '' : ` (${reason})`}`, async t => {
	await withSubject({nodesCount: 8, detection}, async ({runDir, peers, farm}) => {
		const {incarnation, generation} = peers.subject()!;
		let latenessMs = 0;
		await Promise.all(Array.from({length: displaysCount}, async () => {
			for (let round = 0; round < roundsCount; round++) {
				const status = await requestStatus(runDir);
				t.is(status.state, 'UP');
				latenessMs = Math.max(latenessMs, peers.subject()!.latenessMs);
			}
		}));
		t.log(`worst lateness ${latenessMs} ms`);
		t.is(peers.subject()!.incarnation, incarnation);
		t.is(peers.subject()!.generation, generation);
		t.true(latenessMs < farm.heartbeat.timing.leaseMs, `its timers ran ${latenessMs} ms late`);
	});
});
