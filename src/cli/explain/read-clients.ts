/** The list of clients that `farmctl explain --clients` is given. */

import {readFile} from 'node:fs/promises';
import process from 'node:process';
import {text as textOf} from 'node:stream/consumers';
import {parseClients, type BadLine} from '../../core/explain/client-list.js';
import {printable} from '../../core/status/display-width.js';
import type {Endpoint} from '../../core/explain/question.js';
import {SystemFailure, UsageFailure} from '../../errors.js';

/** Bad lines that are told one by one; the rest is counted. */
export const badLinesShownMax = 100;

/** Rejects with a UsageFailure that tells every line that is no client, with a SystemFailure when the file cannot be read. */
export async function readClients(file: string): Promise<readonly Endpoint[]> {
	const {clients, bad} = parseClients(await read(file));
	if (bad.length > 0) {
		throw new UsageFailure(badText(file, bad), {hint: 'each line is ADDRESS, or ADDRESS:PORT with IPv6 in brackets; # begins a comment'});
	}

	return clients;
}

async function read(file: string): Promise<string> {
	try {
		return file === '-' ? await textOf(process.stdin) : await readFile(file, 'utf8');
	} catch (error) {
		throw new SystemFailure(`cannot read '${file}': ${(error as NodeJS.ErrnoException).code ?? String(error)}`, {hint: 'check the path', cause: error});
	}
}

function badText(file: string, bad: readonly BadLine[]): string {
	const shown = bad.slice(0, badLinesShownMax).map(({line, text}) => `  ${file === '-' ? 'line ' : `${file}:`}${line}: '${printable(text)}' is no client`);
	const more = bad.length - shown.length;
	return [`${bad.length === 1 ? 'one line' : `${bad.length} lines`} of the list cannot be understood`, ...shown, ...more > 0 ? [`  and ${more} more`] : []].join('\n');
}
