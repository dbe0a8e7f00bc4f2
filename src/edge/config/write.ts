/** Files that farmctl writes once and never over another without being told to. */

import {
	mkdir, rename, rm, writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {SystemFailure, UsageFailure} from '../../errors.js';

/**
Writes the file with this mode, and its folder where there is none. Rejects with a UsageFailure when the file is there and `isForced` is not set,
with a SystemFailure when it cannot be written. A file that is replaced is replaced whole, mode included.
*/
export async function writeOwn(file: string, text: string, {mode, isForced}: {readonly mode: number; readonly isForced: boolean}): Promise<void> {
	try {
		await mkdir(path.dirname(file), {recursive: true});
		await (isForced ? replace(file, text, mode) : writeFile(file, text, {mode, flag: 'wx'}));
	} catch (error) {
		const {code, syscall} = error as NodeJS.ErrnoException;
		throw code === 'EEXIST' && syscall === 'open'
			? new UsageFailure(`'${file}' is there already and was left as it is`, {hint: '--force replaces it', cause: error})
			: new SystemFailure(`cannot write '${file}': ${code}`, {hint: code === 'EACCES' || code === 'EPERM' ? 'run it as root' : 'check the path', cause: error});
	}
}

async function replace(file: string, text: string, mode: number): Promise<void> {
	const next = `${file}.new`;
	await rm(next, {force: true});
	await writeFile(next, text, {mode, flag: 'wx'});
	await rename(next, file);
}
