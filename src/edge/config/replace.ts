/** A configuration file that is replaced by another text while it stays the file that it is: mode, owner, and the place that a link leads to. */

import {
	chown, open, realpath, rename, rm, stat,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {SystemFailure} from '../../errors.js';

/** Whoever reads the file meanwhile reads the old text or the new one, whole. Rejects with a SystemFailure, the old one standing. */
export async function replaceText(file: string, text: string): Promise<void> {
	let next: string | undefined;
	try {
		const place = await realpath(file);
		const {mode, uid, gid} = await stat(place);
		const beside = `${place}.${process.pid}.new`;
		await rm(beside, {force: true});
		next = beside;
		const handle = await open(beside, 'wx', mode % 0o1_0000);
		try {
			await handle.writeFile(text);
			await handle.chmod(mode % 0o1_0000);
			await handle.sync();
		} finally {
			await handle.close();
		}

		await chown(beside, uid, gid);
		await rename(beside, place);
		next = undefined;
		await flushFolder(path.dirname(place));
	} catch (error) {
		await (next === undefined ? undefined : rm(next, {force: true}).catch(() => undefined));
		throw new SystemFailure(`cannot write '${file}': ${(error as NodeJS.ErrnoException).code ?? String(error)}`, {cause: error, hint: 'is its folder writable and is there room? then repeat: farmctl apply FILE'});
	}
}

/** Without it the new name may be lost with the power. */
async function flushFolder(folder: string): Promise<void> {
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
