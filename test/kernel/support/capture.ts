/** What crossed the LAN: tcpdump in the bridge's namespace, or on another host, read back frame by frame. File format: libpcap, `draft-ietf-opsawg-pcap`. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {decodeFrame, type Frame} from './frame.js';
import type {Lab} from './lab.js';

export type CapturedFrame = Frame & {
	/** Milliseconds of the kernel's clock when the frame crossed the bridge, with a fraction. */
	readonly atMs: number;
};

export type Capture = {
	/** Ends the capture and reads it. Throws when the kernel had to drop frames, for then nothing is proved. */
	readonly stop: () => Promise<readonly CapturedFrame[]>;
};

/** The kernel hands frames over when a block of them is full or this old (the program's buffer timeout is a second); those of a younger block are lost at the end. */
const handOverMs = 1100;

const globalHeaderBytes = 24;
const frameHeaderBytes = 16;

const lan = {host: 'lan', device: 'br0'} as const;

export async function capture(lab: Pick<Lab, 'spawnIn'>, filter: string, {host, device}: {readonly host: string; readonly device: string} = lan): Promise<Capture> {
	const folder = mkdtempSync(path.join(tmpdir(), 'farmctl-capture-'));
	const file = path.join(folder, 'lan.pcap');
	const [program, words] = lab.spawnIn(host, 'tcpdump', '-i', device, '-n', '-s', '128', '-B', '65536', '-U', '-Z', 'root', '-w', file, filter);
	const child = spawn(program, words, {stdio: ['ignore', 'ignore', 'pipe']});
	let talk = '';
	child.stderr.setEncoding('utf8');
	const listening = new Promise<void>(resolve => {
		child.stderr.on('data', (chunk: string) => {
			talk += chunk;
			if (talk.includes('listening on')) {
				resolve();
			}
		});
	});
	await listening;
	return {
		async stop() {
			await sleep(handOverMs);
			child.kill('SIGINT');
			await once(child, 'exit');
			const frames = readFrames(readFileSync(file));
			rmSync(folder, {recursive: true});
			const dropped = Number(/(\d+) packets dropped by kernel/.exec(talk)?.[1] ?? NaN);
			if (dropped !== 0) {
				throw new Error(`the capture is incomplete:\n${talk}`);
			}

			return frames;
		},
	};
}

function readFrames(bytes: Buffer): CapturedFrame[] {
	const frames: CapturedFrame[] = [];
	for (let offset = globalHeaderBytes; offset + frameHeaderBytes <= bytes.length;) {
		const length = bytes.readUInt32LE(offset + 8);
		const body = bytes.subarray(offset + frameHeaderBytes, offset + frameHeaderBytes + length);
		const atMs = (bytes.readUInt32LE(offset) * 1000) + (bytes.readUInt32LE(offset + 4) / 1000);
		frames.push({...decodeFrame(body), atMs});
		offset += frameHeaderBytes + length;
	}

	return frames;
}
