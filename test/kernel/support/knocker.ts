/** Starts `fixtures/knock.ts` on the lab's client host, from as many of its IPv4 addresses as asked for, each without a pause. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import type {Lab} from './lab.js';

export type KnockReport = {readonly started: number; readonly outcomes: Readonly<Record<string, number>>};

export type Knocker = {readonly stop: () => Promise<KnockReport>};

export async function knocker(lab: Lab, {clients}: {readonly clients: number}): Promise<Knocker> {
	const addresses = [...(await lab.shell('client', 'ip -br -4 address show eth0')).matchAll(/(\d+\.\d+\.\d+\.\d+)\//g)].map(match => match[1]!);
	const program = path.join(import.meta.dirname, '../fixtures/knock.js');
	const child = spawn(...lab.spawnIn('client', process.execPath, program, lab.vip, '80', ...addresses.slice(0, clients)), {stdio: ['pipe', 'pipe', 'inherit']});
	let said = '';
	child.stdout.setEncoding('utf8');
	child.stdout.on('data', (chunk: string) => {
		said += chunk;
	});
	await once(child.stdout, 'data');
	return {
		async stop() {
			child.stdin.end();
			await once(child, 'close');
			return JSON.parse(said.trim().split('\n').pop()!) as KnockReport;
		},
	};
}
