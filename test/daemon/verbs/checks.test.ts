import test from 'ava';
import type {FarmEvent} from '../../../src/core/model/event.js';
import type {NodeReport} from '../../../src/core/control/node-orders.js';
import {checksVerbs} from '../../../src/daemon/verbs/checks.js';
import {answerRequest} from '../../../src/edge/control/protocol.js';
import {UsageFailure} from '../../../src/errors.js';

const report: NodeReport = {
	node: 'web1', state: 'UP', wanted: 'serve', slots: 840, retainedSlots: 0, connections: 0, clients: [], weights: {default: {weight: 1, isConfigured: true}},
};

function daemon() {
	const orders: unknown[] = [];
	const events: FarmEvent[] = [];
	const verbs = checksVerbs({
		application: {
			enable(names, isEnabled) {
				if (names.includes('nope')) {
					throw new UsageFailure('there is no check \'nope\' in this farm');
				}

				orders.push({names, isEnabled});
			},
		},
		operator: {report: () => report},
		journal: {
			record(event) {
				events.push(event);
			},
		},
	});
	const ask = async (fields: object, isPeer = false) => answerRequest(verbs, {verb: 'node-checks', ...fields}, {
		place: isPeer ? 'web2' : 'this node', isPeer, tell: () => undefined, left: new AbortController().signal,
	});
	return {orders, events, ask};
}

test('an operator disables checks, also from another node, and who did is told', async t => {
	const {orders, events, ask} = daemon();
	t.deepEqual(await ask({names: ['db', 'page'], isEnabled: false, by: 'alice'}), {ok: true, result: report});
	await ask({names: [], isEnabled: true}, true);
	t.deepEqual(orders, [{names: ['db', 'page'], isEnabled: false}, {names: [], isEnabled: true}]);
	t.deepEqual(events.map(({message}) => message), ['checks db, page disabled, ordered by alice on this node', 'every check enabled, ordered by a program on web2']);
});

test('a check that there is not, and what is no order, are refused and told nobody', async t => {
	const {orders, events, ask} = daemon();
	t.like(await ask({names: ['nope'], isEnabled: false}), {ok: false, error: {code: 'usage', message: 'there is no check \'nope\' in this farm'}});
	t.like(await ask({names: 'db'}), {ok: false});
	t.like(await ask({names: ['x'.repeat(100)]}), {ok: false});
	t.like(await ask({names: Array.from({length: 65}, () => 'x')}), {ok: false});
	t.deepEqual(orders, []);
	t.deepEqual(events, []);
});
