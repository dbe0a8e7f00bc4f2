/** In multicast mode the cluster MAC is a group address, of which the kernel tells nothing, and switches must be told again after an interface was gone. */

import test from 'ava';
import {nodeOf} from './support/breakage.js';
import {labFor} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

const reason = whyNoNamespace();
const title = 'multicast: a group address comes back with the next look, and after an interface was gone switches are told at once';

/** IGMP type of a multicast router advertisement (RFC 4286). */
const advertisement = 'igmp and ip[24] = 0x30';

const newMac = '02:00:5e:10:00:01';

const heardSeconds = 10;

if (reason === undefined) {
	test(title, async t => {
		const lab = await labFor(t, 'repmulti', '--mode', 'multicast');
		const node = await nodeOf(lab);
		const before = await node.snapshot();
		const [mac] = /^03:\S+/m.exec(await node.read('bridge fdb show dev eth0'))!;
		const atMs = await node.run(`ip maddress del ${mac} dev eth0`);
		const {afterMs} = await node.told('repaired', atMs, new RegExp(`^MAC ${mac} on eth0 was gone`));
		t.log(`ip maddress del: no notice, whole after ${afterMs} ms`);
		t.is(await node.snapshot(), before);
		await node.run(`bridge fdb del ${mac} dev eth0 self`);
		const {tookMs} = await node.told('repaired', Date.now() - 100, new RegExp(`^MAC ${mac} on eth0 was gone`));
		t.log(`bridge fdb del: whole ${tookMs} ms after the notice`);

		const downAt = await node.run('ip link del eth0');
		await node.told('waiting', downAt, /interface eth0 is missing/);
		await lab.shell('lan', `ip link add to-web1 type veth peer name eth0 address ${newMac} netns farmctl-${lab.name}-web1; ip link set to-web1 master br0 up`);
		// The first of three that come within seconds; those of before are up to 20 s apart.
		const heard = lab.shell('lan', `timeout ${heardSeconds} tcpdump --immediate-mode -i br0 -n -c 1 'ether src ${newMac} and ${advertisement}'`);
		const addressing = ['10.77.0.11/16', 'fd00:77::11/64', 'fe80::1/64'].map(address => `ip address add ${address} dev eth0`).join('; ');
		const upAt = await node.run(`ip link set eth0 addrgenmode none; ${addressing}; ip link set eth0 up`);
		await node.told('repaired', upAt, new RegExp(`^MAC ${mac} on eth0 was gone`));
		await t.notThrowsAsync(heard, 'no advertisement was sent');
		await lab.settled();
	});
} else {
	test.skip(`${title} (${reason})`, t => {
		t.fail();
	});
}
