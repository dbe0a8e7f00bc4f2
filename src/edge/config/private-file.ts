/** Files with secrets: refused when anyone but their owner can read or change them, so that nobody finds out later who knows them. */

import {readFile, stat} from 'node:fs/promises';
import process from 'node:process';

/** A sentence that never repeats what the file says, and the command that mends it. */
export type FileProblem = {readonly message: string; readonly hint: string};

/** No secret is longer. */
export const privateBytesMax = 64 * 1024;

/** The text of the file, or why it is not taken. `noun` is what messages call it, such as `key file`; `missingHint` what to do when there is none. */
export async function readPrivate(file: string, noun: string, missingHint: string): Promise<FileProblem | {readonly text: string}> {
	try {
		const status = await stat(file);
		return accessProblem(file, noun, status) ?? {text: await readFile(file, 'utf8')};
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? String(error);
		return code === 'ENOENT'
			? {message: `there is no ${noun} '${file}'`, hint: missingHint}
			: {message: `cannot read the ${noun} '${file}': ${code}`, hint: code === 'EACCES' ? 'run it as root' : 'check the path'};
	}
}

type FileStatus = {readonly mode: number; readonly uid: number; readonly size: number; isFile: () => boolean};

function accessProblem(file: string, noun: string, status: FileStatus): FileProblem | undefined {
	const permissions = status.mode % 0o1000;
	if (!status.isFile()) {
		return {message: `the ${noun} '${file}' is not a file`, hint: 'check the path'};
	}

	if (permissions % 0o100 !== 0) {
		return {message: `others than its owner can use the ${noun} '${file}' (mode ${permissions.toString(8).padStart(4, '0')})`, hint: `chmod 600 ${shellText(file)}`};
	}

	const owners = [0, process.geteuid?.() ?? 0];
	if (!owners.includes(status.uid)) {
		return {message: `the ${noun} '${file}' belongs to user ${status.uid}, neither root nor this user`, hint: `chown root ${shellText(file)}`};
	}

	return status.size > privateBytesMax ? {message: `the ${noun} '${file}' is larger than ${privateBytesMax} bytes`, hint: 'check the path'} : undefined;
}

/** As a shell reads it. */
export const shellText = (text: string): string => /^[\w./-]+$/u.test(text) ? text : `'${text.replaceAll('\'', String.raw`'\''`)}'`;
