/**
A network namespace of one's own for a test. It has no name and no file: it is gone with the process, however that ends.

Only the main thread moves into it, and only while `run` lasts: sockets that are made and programs that are started in there belong to the namespace
for good. What is to be made inside must therefore be made before `run` returns: a netlink socket, a server's `listen(port)` without a host.
*/

import {execFileSync} from 'node:child_process';
import {closeSync, openSync, readFileSync, writeFileSync} from 'node:fs';
import process from 'node:process';
import {libcCall} from './libc.js';

const cloneNewNetwork = 0x40_00_00_00;

/** Of the thread that asks, not of the process. */
const threadNamespace = '/proc/thread-self/ns/net';

/** Programs of the system, not those of this package: it brings another `nft`. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A set of tens of thousands of elements is listed in a few megabytes. */
const outputBytesMax = 64 * 1024 * 1024;

export type Namespace = {
	/** The function's result, with the main thread inside while it runs. */
	readonly run: <T>(inside: () => T) => T;
	/** Standard output of a program that runs inside to its end. */
	readonly sh: (program: string, ...parameters: readonly string[]) => string;
	/** A pair of interfaces, up: what `name` receives and sends, a packet socket on `wire` sends and sees. */
	readonly addWire: (name: string, wire: string) => void;
	readonly writeSysctl: (name: string, value: string) => void;
	readonly close: () => void;
};

/** Why tests cannot have namespaces here; nothing when they can. */
export const whyNoNamespace = (): string | undefined => process.getuid?.() === 0 ? undefined : 'needs root, or `unshare -rn` around the test run';

/** A new namespace with its loopback up, no other interface, and all that the kernel does there by itself about IPv6 switched off but link-local addresses. */
export function createNamespace(): Namespace {
	const outside = openSync(threadNamespace, 'r');
	libcCall('unshare', cloneNewNetwork);
	const inside = openSync(threadNamespace, 'r');
	libcCall('setns', outside, cloneNewNetwork);

	const run = <T>(work: () => T): T => {
		libcCall('setns', inside, cloneNewNetwork);
		try {
			return work();
		} finally {
			libcCall('setns', outside, cloneNewNetwork);
		}
	};

	const sh = (program: string, ...parameters: readonly string[]): string =>
		run(() => execFileSync(program, parameters, {encoding: 'utf8', env: {...process.env, PATH: systemPath}, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: outputBytesMax}));
	const writeSysctl = (name: string, value: string): void => {
		run(() => {
			writeFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, value);
		});
	};

	writeSysctl('net.ipv6.conf.default.accept_dad', '0');
	writeSysctl('net.ipv6.conf.default.accept_ra', '0');
	writeSysctl('net.ipv6.conf.default.router_solicitations', '0');
	sh('ip', 'link', 'set', 'lo', 'up');
	return {
		run, sh, writeSysctl,
		addWire(name, wire) {
			sh('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', wire);
			writeSysctl(`net.ipv6.conf.${wire}.disable_ipv6`, '1');
			for (const end of [wire, name]) {
				sh('ip', 'link', 'set', end, 'up');
			}
		},
		close() {
			closeSync(inside);
			closeSync(outside);
		},
	};
}

/** Link-layer address of an interface inside. */
export const macOf = (namespace: Namespace, name: string): string => (JSON.parse(namespace.sh('ip', '-j', 'link', 'show', name)) as Array<{address: string}>)[0]!.address;

/** What stands in a sysctl inside. */
export const readSysctl = (namespace: Namespace, name: string): string => namespace.run(() => readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim());
