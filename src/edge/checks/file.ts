/**
A file or folder is there, or is not, is young enough, or its file system has room. A file system that hangs, as one of a dead server does, keeps a thread of
libuv's pool for as long, and the daemon has four: so no more than two files are looked at at one time.
*/

import {stat, statfs} from 'node:fs/promises';
import type {Probe} from '../../core/model/application.js';
import {formatDuration} from '../../core/status/format.js';
import {down, timedOut, up, type Finding} from './port.js';

type FileProbe = Extract<Probe, {type: 'file'}>;

/** Half of libuv's threads. */
export const looksAtOnceMax = 2;

const turns: Array<() => void> = [];
let looks = 0;

/** Resolves only when the kernel has answered, however long that takes. */
export async function probeFile(probe: FileProbe, signal: AbortSignal): Promise<Finding> {
	if (!await takeTurn(signal)) {
		return timedOut(`${probe.path}: not looked at, because other files are waited for: does their file system hang?`);
	}

	try {
		const finding = await look(probe);
		return signal.aborted ? timedOut(`${probe.path}: its file system does not answer in time`) : finding;
	} finally {
		looks--;
		turns.shift()?.();
	}
}

/** Whether it was this look's turn before the signal was aborted. */
async function takeTurn(signal: AbortSignal): Promise<boolean> {
	if (looks >= looksAtOnceMax) {
		const {promise, resolve} = Promise.withResolvers<void>();
		turns.push(resolve);
		signal.addEventListener('abort', () => {
			resolve();
		}, {once: true});
		await promise;
		const place = turns.indexOf(resolve);
		if (place !== -1) {
			turns.splice(place, 1);
			return false;
		}
	}

	looks++;
	return true;
}

async function look({path, isAbsent, ageMaxMs, freeBytesMin}: FileProbe): Promise<Finding> {
	const found = await stat(path).catch((error: unknown) => error as NodeJS.ErrnoException);
	if (found instanceof Error) {
		const isMissing = found.code === 'ENOENT' || found.code === 'ENOTDIR';
		return isMissing ? missing(path, isAbsent) : down(`${path}: cannot be looked at: ${found.code}`);
	}

	if (isAbsent) {
		return down(`${path} is there, and should not be`);
	}

	const ageMs = Date.now() - found.mtimeMs;
	if (ageMaxMs !== undefined && ageMs > ageMaxMs) {
		return down(`${path} was last written ${formatDuration(ageMs)} ago, more than ${formatDuration(ageMaxMs)}`);
	}

	return freeBytesMin === undefined ? up(`${path} is there`) : judgeRoom(path, freeBytesMin);
}

const missing = (path: string, isAbsent: boolean): Finding => isAbsent ? up(`${path} is absent`) : down(`there is no ${path}`);

/** What everybody but root may still write. */
async function judgeRoom(path: string, freeBytesMin: number): Promise<Finding> {
	const {bavail, bsize} = await statfs(path);
	const text = `${sizeText(bavail * bsize)} free on the file system of ${path}`;
	return bavail * bsize < freeBytesMin ? down(`${text}, less than ${sizeText(freeBytesMin)}`) : up(text);
}

/** In binary units, cut to a tenth. */
function sizeText(bytes: number): string {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
	const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
	return `${Math.floor(bytes / (1024 ** power) * 10) / 10} ${units[power]}`;
}
