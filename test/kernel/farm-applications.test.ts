/**
A farm whose nodes run an application as a service: what it does when the application dies, and when all nodes lose what they need. Outcomes and their order
are judged; `npm run applications` is the same with every fault, with more traffic and with times.
*/

import test from 'ava';
import {killed} from '../bench/applications/faults.js';
import {databaseLost, keepAtLeast, playSeries} from '../bench/applications/series.js';
import {startDatabase} from '../bench/applications/surround.js';
import {brokenBy, resultLine} from '../bench/applications/table.js';
import {dependentText, list, smallCommand} from '../bench/applications/texts.js';
import {whyNoNamespace} from './support/namespace.js';

/** So slow that a node which serves too early is seen. */
const slowMs = 700;
const load = {perSecond: 60, connections: 20};

const reason = whyNoNamespace();
const register = reason === undefined ? test.serial : test.skip;

register(`a node whose application dies leaves, mends itself and returns, and a need that all have lost takes not all of them${reason === undefined ? '' : ` (${reason})`}`, async t => {
	const [death, loss] = await playSeries({
		name: 'applications', title: '', hasKept: true, surround: startDatabase, faults: [killed, databaseLost],
		text: folder => dependentText(list(smallCommand(folder, {slowMs, workMs: 20})), keepAtLeast),
	}, {load, rounds: 1, tell(result) {
		t.log(`${result.name}: ${resultLine(result)}`);
	}});
	t.deepEqual([...brokenBy(death!), ...brokenBy(loss!)], [], [...death!.said, ...loss!.said].join('\n'));
	t.true(death!.returnedMs! > slowMs, 'it served before its application did');
	t.is(death!.failures.later + death!.othersFailed, 0);
	t.true(loss!.served > 0 && loss!.noticedMs !== undefined);
});
