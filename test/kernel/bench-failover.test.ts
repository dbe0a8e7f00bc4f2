/**
Whether the failover benchmark sees what it is made for. How long a busy machine keeps programs from running must not matter: the detection time is ten
times the usual one, so that a client of the cut node waits for longer than any such pause, and what the others lose to one stays far below it.
*/

import test from 'ava';
import {openFarm} from '../bench/failover/farm.js';
import {startProber} from '../bench/failover/prober.js';
import {measureRun} from '../bench/failover/run.js';
import {whyNoNamespace} from './support/namespace.js';

const detectionMs = 3000;

const reason = whyNoNamespace();
const register = reason === undefined ? test : test.skip;

register(`the failover benchmark sees an outage, and that of the cut node's clients alone${reason === undefined ? '' : ` (${reason})`}`, async t => {
	const side = await openFarm('failoversmoke', detectionMs);
	t.teardown(side.close);
	const prober = startProber(side.lab.topology);
	t.teardown(prober.end);
	const victim = side.victimOf(0);
	const result = await measureRun(side, prober, {victim, cut: 'port', phase: 0});
	t.log(JSON.stringify(result));
	t.true(result.outageMs > detectionMs / 2, 'nobody noticed the cut');
	t.true(result.othersOutageMs < detectionMs / 2, 'clients of other nodes were without service as well');
	t.true(result.affected < result.clients || result.othersAffected > 0, 'all clients belong to one node');
});
