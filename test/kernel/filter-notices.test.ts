/** What a watcher of the farm's tables hears of its own large changes, and of somebody else's that come at the same time. */

import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import type {SlotTable} from '../../src/core/membership/types.js';
import {noSlots, slotSetOf} from '../../src/core/model/slot-set.js';
import {desiredRuleset} from '../../src/core/ruleset/desired.js';
import {tableName} from '../../src/core/ruleset/model.js';
import {createNftFilter} from '../../src/edge/filter/nft.js';
import {watchTables} from '../../src/edge/filter/notices.js';
import type {FilterNotice} from '../../src/edge/filter/port.js';
import {NetlinkConnection, protocols} from '../../src/edge/netlink/connection.js';
import {contractFarm} from '../edge/filter/contract.js';
import {until} from './support/lab.js';
import {createNamespace, whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();
const register = reason === undefined ? test : test.skip;
const named = (title: string): string => `${title}${reason === undefined ? '' : ` (${reason})`}`;

const table = tableName(contractFarm.name);
const nothing: SlotTable = {owned: noSlots, retained: noSlots, resettable: noSlots, leaving: noSlots, arriving: noSlots};
const ownedUpTo = (count: number): SlotTable => ({...nothing, owned: slotSetOf(Array.from({length: count}, (_, slot) => slot))});

register(named('large changes of its own are not heard, and somebody else\'s are, before and after'), async t => {
	const namespace = createNamespace();
	const filter = namespace.run(() => createNftFilter({farm: contractFarm, tables: 'plain'}));
	t.teardown(() => {
		filter.close();
		namespace.close();
	});
	await filter.install(desiredRuleset(contractFarm, {}));
	const notices: FilterNotice[] = [];
	namespace.run(() => {
		filter.watch(notice => {
			notices.push(notice);
		});
	});
	for (const count of [2520, 1000, 2000]) {
		await filter.setSlots(ownedUpTo(count));
		namespace.sh('nft', 'add', 'element', 'inet', table, 'resettable', `{ ${count} }`);
		await until(() => notices.length > 0);
		t.like(notices, [{kind: 'live', what: 'element of set resettable added'}]);
		t.is(notices.splice(0).length, 1);
	}
});

register(named('what somebody else does while a large change is made unheard is told as unknown'), async t => {
	const namespace = createNamespace();
	t.teardown(namespace.close);
	namespace.sh('nft', 'add', 'table', 'inet', table);
	const notices: FilterNotice[] = [];
	const listener = (notice: FilterNotice): void => {
		notices.push(notice);
	};

	const [asking, watch] = namespace.run(() => {
		const connection = new NetlinkConnection(protocols.netfilter);
		return [connection, watchTables({table, ownPort: connection.port, listener}, connection)] as const;
	});
	t.teardown(() => {
		asking.close();
		watch.close();
	});
	const work = async (...names: readonly string[]): Promise<void> => {
		for (const name of names) {
			namespace.sh('nft', 'add', 'chain', 'inet', table, name);
		}
	};

	await watch.unheard(async () => work('one'));
	// One transaction is what is expected.
	await sleep(100);
	t.deepEqual(notices, []);
	await watch.unheard(async () => work('two', 'three'));
	await until(() => notices.length > 0);
	t.deepEqual(notices, [{kind: 'unknown', what: '', by: ''}]);
});
