/**
The folder of what must outlive a reboot. The rule it keeps: a file there is whole, whenever the machine loses its power; it is written beside, flushed,
and renamed. Only its owner reads it.
*/

import {
	closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync,
} from 'node:fs';
import {mkdir, open, rename, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {SystemFailure} from '../../errors.js';

/** Where no --state-dir says otherwise. */
export const stateDirDefault = '/var/lib/farmctl';

/** The text of the file, undefined where there is none. Throws a SystemFailure when it cannot be read. */
export function readState(stateDir: string, name: string): string | undefined {
	const file = path.join(stateDir, name);
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw new SystemFailure(`cannot read '${file}': ${(error as Error).message}`, {cause: error, hint: 'look at its folder, or name another: --state-dir DIR'});
	}
}

/** Writes the file whole, and its folder where there is none. Throws a SystemFailure when it cannot be written; then the old one stands. */
export function writeState(stateDir: string, name: string, text: string): void {
	const file = path.join(stateDir, name);
	try {
		mkdirSync(stateDir, {recursive: true, mode: 0o700});
		writeFlushed(`${file}.new`, text);
		renameSync(`${file}.new`, file);
		flushFolder(stateDir);
	} catch (error) {
		throw notWritten(file, error);
	}
}

/** The same, for what nobody must wait for: the thread goes on meanwhile. One at a time of one file. */
export async function writeStateBeside(stateDir: string, name: string, text: string): Promise<void> {
	const file = path.join(stateDir, name);
	try {
		await mkdir(stateDir, {recursive: true, mode: 0o700});
		await writeFile(`${file}.new`, text, {mode: 0o600, flush: true});
		await rename(`${file}.new`, file);
		await flushFolderBeside(stateDir);
	} catch (error) {
		throw notWritten(file, error);
	}
}

async function flushFolderBeside(stateDir: string): Promise<void> {
	const folder = await open(stateDir, 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

const notWritten = (file: string, error: unknown): SystemFailure =>
	new SystemFailure(`cannot write '${file}': ${(error as Error).message}`, {cause: error, hint: 'is the disk full or read-only? or name another folder: --state-dir DIR'});

function writeFlushed(file: string, text: string): void {
	const descriptor = openSync(file, 'w', 0o600);
	try {
		writeSync(descriptor, text);
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/** Without it the new name may be lost with the power. */
function flushFolder(folder: string): void {
	const descriptor = openSync(folder, 'r');
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
