/**
The secrets that notifications need, each from a file that only its owner can use: the password of the mail server, the first line of its file; and the
headers of the webhook, one a line as `NAME: VALUE`, where `#` begins a line that does not count.
*/

import {headersMax} from '../../core/config/check-keys.js';
import type {Notify} from '../../core/model/application.js';
import type {Path} from '../../core/config/tree.js';
import {ConfigFailure} from '../../errors.js';
import {readPrivate, type FileProblem} from './private-file.js';

export const passwordCharactersMax = 1000;

/** RFC 9110, 5.1 and 5.5: a token, and visible characters with blanks between them. */
const header = /^(?<name>[\w!#$%&'*+.^`|~-]{1,100})[ \t]*:[ \t]*(?:(?<value>[\u{21}-\u{7E}](?:[\t\u{20}-\u{7E}]{0,8000}[\u{21}-\u{7E}])?)[ \t]*)?$/u;

/** Rejects with a ConfigFailure that says what to type, and never what the file says. */
export const loadPassword = async (file: string): Promise<string> => orThrow(await readPassword(file));

/** As `loadPassword`; by name, as written. */
export const loadHeaders = async (file: string): Promise<Readonly<Record<string, string>>> => orThrow(await readHeaders(file));

/** What is wrong with the files of the configuration, each with the place where it is named. */
export async function secretProblems({webhook, mail}: Pick<Notify, 'webhook' | 'mail'>): Promise<ReadonlyArray<FileProblem & {readonly path: Path}>> {
	const headers = webhook?.headersFile === undefined ? undefined : await readHeaders(webhook.headersFile);
	const password = mail?.passwordFile === undefined ? undefined : await readPassword(mail.passwordFile);
	return [
		...headers && 'message' in headers ? [{...headers, path: ['notify', 'webhook', 'headers-file']}] : [],
		...password && 'message' in password ? [{...password, path: ['notify', 'mail', 'password-file']}] : [],
	];
}

type Read<T> = FileProblem | {readonly secret: T};

function orThrow<T>(read: Read<T>): T {
	if ('message' in read) {
		throw new ConfigFailure(read.message, {hint: read.hint});
	}

	return read.secret;
}

async function readPassword(file: string): Promise<Read<string>> {
	const read = await readPrivate(file, 'password file', 'write the password into it, as its first line, with mode 600');
	if ('message' in read) {
		return read;
	}

	const [secret = ''] = read.text.split(/\r?\n/u, 1);
	return secret === '' || secret.length > passwordCharactersMax
		? {message: `the first line of the password file '${file}' is ${secret === '' ? 'empty' : `longer than ${passwordCharactersMax} characters`}`, hint: 'the password stands there, and nothing else'}
		: {secret};
}

async function readHeaders(file: string): Promise<Read<Readonly<Record<string, string>>>> {
	const read = await readPrivate(file, 'headers file', 'write the headers into it, one a line as NAME: VALUE, with mode 600');
	if ('message' in read) {
		return read;
	}

	const lines = read.text.split(/\r?\n/u).map((text, index) => ({number: index + 1, text, groups: header.exec(text)?.groups})).filter(({text}) => text.trim() !== '' && !text.startsWith('#'));
	const bad = lines.find(({groups}) => groups === undefined);
	const reason = bad ? `line ${bad.number} of the headers file '${file}' is not NAME: VALUE` : `the headers file '${file}' has more than ${headersMax} headers`;
	if (bad !== undefined || lines.length > headersMax) {
		return {message: reason, hint: 'such as Authorization: Bearer …'};
	}

	return {secret: Object.fromEntries(lines.map(({groups}) => [groups!.name!, groups!.value ?? '']))};
}
