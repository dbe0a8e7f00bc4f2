/**
What farmctl itself added to the interfaces, for what the kernel cannot mark: link-layer addresses, and addresses before Linux 5.18.

An entry is written before the change it tells of, so that a crash leaves at worst an entry without its address, which harms nothing. Entries count
only in the boot and the network namespace they were made in, and only for the interface of that index: of an interface that was deleted and made
anew, nothing is ours. A file that does not read as a record is taken as an empty one: then nothing is ours, and nothing is removed.
*/

import {mkdir, readFile, readlink, rename, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {SystemFailure} from '../../errors.js';

export type RecordEntry = {
	/** The kernel's number of the interface. */
	readonly index: number;
	readonly kind: 'address' | 'mac';
	readonly value: string;
};

export type LinkRecord = {
	entries: () => Promise<readonly RecordEntry[]>;
	/** Does nothing for an entry that is there. */
	add: (entry: RecordEntry) => Promise<void>;
	/** Does nothing for an entry that is not there. The last entry takes the file with it. */
	remove: (entry: RecordEntry) => Promise<void>;
};

const recordFileName = 'link.json';

/** The record in the given run directory, which is made when there is something to write. */
export function createLinkRecord(runDir: string): LinkRecord {
	const file = join(runDir, recordFileName);
	const entries = async (): Promise<readonly RecordEntry[]> => read(file, await currentPlace());
	return {
		entries,
		async add(entry) {
			const known = await entries();
			if (!known.some(other => isSame(other, entry))) {
				await write(runDir, file, [...known, entry]);
			}
		},
		async remove(entry) {
			const known = await entries();
			if (known.some(other => isSame(other, entry))) {
				await write(runDir, file, known.filter(other => !isSame(other, entry)));
			}
		},
	};
}

export const isSame = (a: RecordEntry, b: RecordEntry): boolean => a.index === b.index && a.kind === b.kind && a.value === b.value;

/** Boot and network namespace: what is recorded in one says nothing about another. */
async function currentPlace(): Promise<string> {
	const [boot, namespace] = await Promise.all([readFile('/proc/sys/kernel/random/boot_id', 'utf8'), readlink('/proc/self/ns/net')]);
	return `${boot.trim()} ${namespace}`;
}

async function read(file: string, place: string): Promise<RecordEntry[]> {
	try {
		const content = JSON.parse(await readFile(file, 'utf8')) as {place?: unknown; entries?: unknown} | null;
		return content?.place === place && Array.isArray(content.entries) ? content.entries.filter(entry => isEntry(entry)) : [];
	} catch (error) {
		if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
			return [];
		}

		throw unusable(file, 'read', error);
	}
}

function isEntry(value: unknown): value is RecordEntry {
	const entry = value as Partial<RecordEntry> | null;
	return typeof entry?.index === 'number' && (entry.kind === 'address' || entry.kind === 'mac') && typeof entry.value === 'string';
}

async function write(runDir: string, file: string, entries: readonly RecordEntry[]): Promise<void> {
	if (entries.length === 0) {
		await rm(file, {force: true});
		return;
	}

	try {
		await mkdir(runDir, {recursive: true});
		const draft = `${file}.new`;
		await writeFile(draft, `${JSON.stringify({place: await currentPlace(), entries})}\n`);
		await rename(draft, file);
	} catch (error) {
		throw unusable(file, 'write', error);
	}
}

function unusable(file: string, verb: 'read' | 'write', error: unknown): SystemFailure {
	const hint = 'run the same command with sudo, or name a directory of your own with --run-dir';
	return new SystemFailure(`cannot ${verb} '${file}': ${(error as NodeJS.ErrnoException).code}`, {hint, cause: error});
}
