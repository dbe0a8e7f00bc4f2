/** More notices than a socket holds: somebody loads a list of many addresses while this process does nothing else. */

import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {NetlinkConnection, protocols} from '../../src/edge/netlink/connection.js';
import {endureOverruns} from '../../src/edge/netlink/overrun.js';
import {noticesGroup} from '../../src/edge/filter/wire.js';
import {until} from './support/lab.js';
import {createNamespace, whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();
const register = reason === undefined ? test : test.skip;
const named = (title: string): string => `${title}${reason === undefined ? '' : ` (${reason})`}`;

const addresses = Array.from({length: 200_000}, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);

register(named('a list that makes more notices than the socket holds ends nobody, and that some were lost is told'), async t => {
	const namespace = createNamespace();
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-overrun-'));
	let notices = 0;
	let losses = 0;
	const connection = namespace.run(() => new NetlinkConnection(protocols.netfilter, {
		notice() {
			notices++;
		},
		lost() {
			losses++;
		},
	}));
	t.teardown(() => {
		connection.close();
		namespace.close();
		rmSync(folder, {recursive: true});
	});
	connection.subscribe(noticesGroup);
	t.not(await endureOverruns({protocol: protocols.netfilter, port: connection.port}), undefined);
	const list = path.join(folder, 'list.nft');
	writeFileSync(list, `table inet others {\nset many {\ntype ipv4_addr\nelements = {\n${addresses.join(', ')} }\n}\n}\n`);
	namespace.sh('nft', '-f', list);
	await until(() => losses > 0, 60_000);
	t.true(notices < addresses.length);
	namespace.sh('nft', 'add', 'table', 'inet', 'after');
	const before = notices;
	await until(() => notices > before, 60_000);
	t.pass('it goes on hearing');
});
