import test from 'ava';
import {openFarm} from '../bench/failover/farm.js';
import {startProber} from '../bench/failover/prober.js';
import {measureRun} from '../bench/failover/run.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();
const register = reason === undefined ? test : test.skip;

register(`the failover benchmark sees an outage, and that of the cut node's clients alone${reason === undefined ? '' : ` (${reason})`}`, async t => {
	const side = await openFarm('failoversmoke', 1000);
	t.teardown(side.close);
	const prober = startProber(side.lab.topology);
	t.teardown(prober.end);
	const victim = side.victimOf(0);
	const result = await measureRun(side, prober, {victim, cut: 'port', phase: 0});
	t.log(JSON.stringify(result));
	t.true(result.outageMs > side.periodMs, 'nobody noticed the cut');
	t.true(result.worstMs < 10_000);
	t.is(result.othersAffected, 0);
	t.true(result.affected > 0 && result.affected < result.clients);
});
