/** Breaks something of a lab's node and tells from the daemon's own log when it was whole again. */

import {spawn} from 'node:child_process';
import {openSync, closeSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {roleEnvironment} from '../../../src/edge/lab/processes.js';
import {until, type Lab} from './lab.js';

export type LogLine = {readonly at: string; readonly level: string; readonly event: string; readonly message: string; readonly tookMs?: number};

export type Node = {
	readonly name: string;
	/** Runs a script on the node with the system's own programs, and returns when it began. */
	readonly run: (script: string) => Promise<number>;
	readonly read: (script: string) => Promise<string>;
	/** What the daemon has logged since that time, of these events. */
	readonly logged: (event: string, sinceMs: number) => readonly LogLine[];
	/** Waits for an event whose message matches; how many milliseconds after the given time it came. */
	readonly told: (event: string, sinceMs: number, message?: RegExp) => Promise<{readonly afterMs: number; readonly message: string; readonly tookMs: number | undefined}>;
	/** What farmctl holds to have put on the interfaces. */
	readonly record: () => ReadonlyArray<{readonly index: number}>;
	/** All that may be broken, as text: tables without what counts or is live, addresses, MACs. */
	readonly snapshot: () => Promise<string>;
	/** Ends the daemon and starts one with plain tables. */
	readonly goPlain: () => Promise<void>;
};

/** Before anything that a package manager puts there: one of its programs has the name of a system's. */
const systemPath = 'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin;';

export async function nodeOf(lab: Lab, name = 'web1'): Promise<Node> {
	const {folder} = JSON.parse(await lab.farmctl('status', '--json')) as {folder: string};
	const runDir = path.join(folder, name);
	const logFile = path.join(runDir, 'daemon.log');
	const read = async (script: string): Promise<string> => lab.shell(name, `${systemPath} ${script}`);
	const logged = (event: string, sinceMs: number): LogLine[] => readFileSync(logFile, 'utf8').split('\n').filter(line => line.startsWith('{') && line.endsWith('}'))
		.map(line => JSON.parse(line) as LogLine)
		.filter(line => line.event === event && Date.parse(line.at) >= sinceMs);
	return {
		name, read, logged,
		async run(script) {
			const atMs = Date.now();
			await read(script);
			return atMs;
		},
		async told(event, sinceMs, message = /./) {
			let found: LogLine | undefined;
			await until(() => {
				found = logged(event, sinceMs).find(line => message.test(line.message));
				return found !== undefined;
			}).catch((error: unknown) => {
				throw new Error(`no event ${event} with ${String(message)}; the log ends with\n${readFileSync(logFile, 'utf8').split('\n').slice(-8).join('\n')}`, {cause: error});
			});
			return {afterMs: Date.parse(found!.at) - sinceMs, message: found!.message, tookMs: found!.tookMs};
		},
		record: () => (JSON.parse(readFileSync(path.join(runDir, 'link.json'), 'utf8')) as {entries: Array<{index: number}>}).entries,
		async snapshot() {
			const [tables, addresses, macs, fresh] = await Promise.all([
				read(`for family in inet arp netdev; do nft -s -t list table $family farmctl-${lab.name}; done; nft list map inet farmctl-${lab.name} vips4`),
				read('ip -br address show dev eth0'),
				read('bridge fdb show dev eth0 | grep -E "^0[23]:" | sort'),
				read('ls /sys/class/net'),
			]);
			// The name of the owner is a comment, and nft does not always find it.
			return [tables.replaceAll(/# progname .*/g, ''), addresses.replace(/@\S+/, ''), macs, fresh].join('\n');
		},
		async goPlain() {
			await lab.farmctl('stop', name);
			const log = openSync(logFile, 'a');
			const program = path.join(import.meta.dirname, '../fixtures/plain-daemon.js');
			const [file, words] = lab.spawnIn(name, process.execPath, program, path.join(folder, 'farm.yaml'), name, runDir);
			const child = spawn(file, words, {stdio: ['ignore', log, log], env: {...process.env, ...roleEnvironment(folder, `${name}/daemon`)}});
			closeSync(log);
			child.unref();
			await lab.settled();
		},
	};
}
