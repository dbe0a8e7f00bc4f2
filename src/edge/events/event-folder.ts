/**
The folder of a node's events: files of lines, numbered; the newest is appended to until it is full, and the oldest go. So a place, a file's number and an
offset in it, stays the same whatever is written meanwhile. The first line of each file says whose events it holds.
*/

import {
	mkdir, open, readdir, rm, stat, type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import {SystemFailure} from '../../errors.js';

/** In the state folder. */
export const eventFolderName = 'events';

/** A file that has grown to this is followed by the next; so many are kept. */
export const eventFileBytesMax = 1024 * 1024;
export const eventFilesMax = 8;

/** So much is read at once; no line is longer. */
export const eventReadBytes = 128 * 1024;

export type EventOwner = {readonly farm: string; readonly node: string};

/** Where reading goes on. */
export type EventPlace = {readonly file: number; readonly offset: number};

const numberDigits = 8;
const filePattern = /^(\d{8})\.jsonl$/u;

const folderOf = (stateDir: string): string => path.join(stateDir, eventFolderName);
const fileOf = (stateDir: string, number: number): string => path.join(folderOf(stateDir), `${String(number).padStart(numberDigits, '0')}.jsonl`);

/** The numbers of the files, ascending; none where there is no folder. Rejects with the system's error. */
export async function eventFiles(stateDir: string): Promise<readonly number[]> {
	try {
		const names = await readdir(folderOf(stateDir));
		return names.map(name => filePattern.exec(name)?.[1]).filter(found => found !== undefined).map(Number).toSorted((a, b) => a - b);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return [];
		}

		throw error;
	}
}

export type OpenedFile = {readonly handle: FileHandle; readonly number: number; readonly bytes: number};

/** The newest file, opened for appending; the one after it where it is full. Rejects with a SystemFailure where another node's events are kept. */
export async function openNewest(stateDir: string, owner: EventOwner): Promise<OpenedFile> {
	await mkdir(folderOf(stateDir), {recursive: true, mode: 0o700});
	const number = (await eventFiles(stateDir)).at(-1) ?? 1;
	await refuseOthers(stateDir, number, owner);
	const opened = await openFile(stateDir, number, owner);
	if (opened.bytes < eventFileBytesMax) {
		return opened;
	}

	await opened.handle.close();
	return beginFile(stateDir, number + 1, owner);
}

/** A new file with its first line; the oldest go. */
export async function beginFile(stateDir: string, number: number, owner: EventOwner): Promise<OpenedFile> {
	const opened = await openFile(stateDir, number, owner);
	const old = (await eventFiles(stateDir)).slice(0, -eventFilesMax);
	await Promise.all(old.map(async one => rm(fileOf(stateDir, one), {force: true})));
	return opened;
}

/** Ready for whole lines: with its first, and with an end for a line that a crash left half. Where the disk takes none of that, it stays as it is for the next time. */
async function openFile(stateDir: string, number: number, owner: EventOwner): Promise<OpenedFile> {
	const handle = await open(fileOf(stateDir, number), 'a+', 0o600);
	try {
		const {size} = await handle.stat();
		const last = new Uint8Array(1);
		await handle.read(last, 0, 1, Math.max(0, size - 1));
		const first = size === 0 ? `${JSON.stringify(owner)}\n` : (last[0] === lineFeed ? '' : '\n');
		await handle.appendFile(first);
		return {handle, number, bytes: size + first.length};
	} catch (error) {
		await handle.close();
		throw error;
	}
}

/** Whole lines from the place on, and where they end; at most `bytesMax`. Undefined where the file is no more. */
export async function readLines(stateDir: string, {file, offset}: EventPlace, bytesMax = eventReadBytes): Promise<{readonly lines: readonly string[]; readonly offset: number} | undefined> {
	let handle: FileHandle;
	try {
		handle = await open(fileOf(stateDir, file), 'r');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw error;
	}

	try {
		const bytes = new Uint8Array(bytesMax);
		const {bytesRead} = await handle.read(bytes, 0, bytesMax, offset);
		const read = bytes.subarray(0, bytesRead);
		const end = read.lastIndexOf(lineFeed) + 1;
		// What has no end within so much is no line of ours.
		const next = end === 0 && bytesRead === bytesMax ? bytesRead : end;
		return {lines: new TextDecoder().decode(read.subarray(0, end)).split('\n').slice(0, -1), offset: offset + next};
	} finally {
		await handle.close();
	}
}

/** Its size and when it was last written; undefined where it is no more. */
export async function fileStats(stateDir: string, file: number): Promise<{readonly size: number; readonly mtimeMs: number} | undefined> {
	try {
		return await stat(fileOf(stateDir, file));
	} catch {
		return undefined;
	}
}

const lineFeed = 10;

async function refuseOthers(stateDir: string, number: number, owner: EventOwner): Promise<void> {
	const found = ownerIn((await readLines(stateDir, {file: number, offset: 0}))?.lines[0]);
	if (found !== undefined && (found.farm !== owner.farm || found.node !== owner.node)) {
		throw new SystemFailure(`'${folderOf(stateDir)}' keeps the events of node ${found.node} of farm ${found.farm}`, {
			hint: `give the daemon of ${owner.node} a folder of its own: farmctl run --state-dir DIR`,
		});
	}
}

/** Whose events the file holds that begins with the line. */
export function ownerIn(line: string | undefined): EventOwner | undefined {
	try {
		const {farm, node, sequence} = JSON.parse(line ?? '') as Readonly<Record<string, unknown>>;
		return typeof farm === 'string' && typeof node === 'string' && sequence === undefined ? {farm, node} : undefined;
	} catch {
		return undefined;
	}
}
