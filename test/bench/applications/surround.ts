/** What stands beside the farms of this benchmark: an address on each node, a database on the client host, the files of nginx. */

import {execFile, spawn} from 'node:child_process';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import {nodesCountDefault} from '../../../src/core/lab/topology.js';
import {folderOf} from './farm.js';
import {applicationProgram, fileIn, surroundings} from './texts.js';

const run = promisify(execFile);

const systemctl = path.join(import.meta.dirname, '../../../../test/edge/services/fixtures/systemctl');

const deadlineMs = 20_000;
const pollMs = 20;

/** By this name the database is asked at its control socket. */
export const database = 'database';

export const nodeNames: readonly string[] = Array.from({length: nodesCountDefault}, (_, index) => `web${index + 1}`);

/** Gives every node the address of what is behind the application. */
export async function addAddresses(name: string): Promise<void> {
	await Promise.all(nodeNames.map(async node => untilDone(async () => run('ip', ['-n', `farmctl-${name}-${node}`, 'address', 'add', `${surroundings.backendAddress}/32`, 'dev', 'lo']))));
}

/** The client host has the address of the gateway, so the database is there. */
export async function startDatabase(name: string, teardown: (down: () => unknown) => void): Promise<void> {
	const namespace = `farmctl-${name}-client`;
	await untilDone(async () => run('ip', ['-n', namespace, 'link', 'show', 'eth0']));
	const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, applicationProgram, folderOf(name), '--port', String(surroundings.databasePort)], {
		stdio: ['ignore', 'inherit', 'inherit'], env: {...process.env, FARMCTL_NODE: database},
	});
	teardown(() => child.kill('SIGKILL'));
}

/** A configuration of nginx for each node, a certificate that is right and one that is not. */
export async function writeNginx(folder: string): Promise<void> {
	await Promise.all([makeCertificate(folder, 'right'), makeCertificate(folder, 'wrong')]);
	await run('cp', [`${folder}/right.crt`, fileIn.authority(folder)]);
	for (const node of nodeNames) {
		await run('cp', [`${folder}/right.pem`, `${folder}/${node}.pem`]);
		writeFileSync(fileIn.nginxOf(folder, node), nginxConfiguration(folder, node));
	}
}

/** The application as a unit of each node, and a systemctl for them, which the daemons find first. */
export async function writeUnits(folder: string, command: readonly string[]): Promise<void> {
	for (const node of nodeNames) {
		mkdirSync(fileIn.unitsOf(folder, node), {recursive: true});
		rmSync(path.join(fileIn.unitsOf(folder, node), 'app.service.pid'), {force: true});
		writeFileSync(path.join(fileIn.unitsOf(folder, node), 'app.service'), `exec ${command.map(word => `'${word}'`).join(' ')}\n`);
	}

	mkdirSync(fileIn.programs(folder), {recursive: true});
	writeFileSync(path.join(fileIn.programs(folder), 'systemctl'), `#!/bin/sh\nUNITS='${fileIn.unitsOf(folder, '')}'/$FARMCTL_NODE exec sh '${systemctl}' "$@"\n`, {mode: 0o755});
	process.env.PATH = `${fileIn.programs(folder)}:${process.env.PATH}`;
}

async function makeCertificate(folder: string, which: 'right' | 'wrong'): Promise<void> {
	const [key, certificate] = [path.join(folder, `${which}.key`), path.join(folder, `${which}.crt`)];
	await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '365', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
		'-keyout', key, '-out', certificate]);
	await run('sh', ['-c', `cat "${key}" "${certificate}" > "${folder}/${which}.pem"`]);
}

const nginxConfiguration = (folder: string, node: string): string => [
	'daemon off;',
	'user root;',
	'worker_processes 1;',
	`pid ${folder}/${node}.pid;`,
	`error_log ${folder}/${node}.log;`,
	'events { worker_connections 4096; }',
	'http {',
	'	access_log off;',
	...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(kind => `	${kind}_temp_path ${folder}/${node}-${kind};`),
	'	server {',
	'		listen 80 backlog=4096; listen [::]:80 backlog=4096; listen 443 ssl; listen [::]:443 ssl;',
	`		ssl_certificate ${folder}/${node}.pem; ssl_certificate_key ${folder}/${node}.pem;`,
	String.raw`		location / { default_type text/plain; return 200 "${node}\n"; }`,
	'	}',
	'}',
	'',
].join('\n');

/** The lab's network is being made meanwhile. */
async function untilDone(work: () => Promise<unknown>): Promise<void> {
	for (const end = performance.now() + deadlineMs; ;) {
		try {
			await work();
			return;
		} catch (error) {
			if (performance.now() > end) {
				throw error;
			}

			await sleep(pollMs);
		}
	}
}
