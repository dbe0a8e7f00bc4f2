/**
The key file: the farm key on the first line, older keys that are still accepted below it, each 64 hexadecimal digits; `#` starts a comment.
The file is refused when anyone but its owner can read or change it.
*/

import {randomBytes} from 'node:crypto';
import {ConfigFailure} from '../../errors.js';
import {readPrivate, shellText, type FileProblem} from './private-file.js';

export const keyBytes = 32;

/** A rotation needs two. */
export const keysMax = 8;

/** The keys of the file, 32 bytes each, the one to seal with first. Rejects with a ConfigFailure that says what to type. */
export async function loadKey(file: string): Promise<Uint8Array[]> {
	const result = await readKeys(file);
	if ('message' in result) {
		throw new ConfigFailure(result.message, {hint: result.hint});
	}

	return result.keys;
}

/** What is wrong with the file, or nothing. */
export async function keyFileProblem(file: string): Promise<FileProblem | undefined> {
	const result = await readKeys(file);
	return 'message' in result ? result : undefined;
}

/** A new key file's text, with 256 random bits. */
export const generateKey = (): string => `${randomBytes(keyBytes).toString('hex')}\n`;

async function readKeys(file: string): Promise<FileProblem | {keys: Uint8Array[]}> {
	const read = await readPrivate(file, 'key file', `on one node: farmctl genkey --output ${file}, then copy it to the others`);
	return 'message' in read ? read : parseKeys(read.text, file);
}

/** Never repeats what a line says: it may be most of a key. */
function parseKeys(text: string, file: string): FileProblem | {keys: Uint8Array[]} {
	const lines = text.split(/\r?\n/u).map((line, index) => ({number: index + 1, content: line.replace(/#.*$/u, '').trim()})).filter(({content}) => content !== '');
	const hint = `farmctl genkey --output ${shellText(file)} --force makes a new one`;
	const bad = lines.find(({content}) => !/^[\da-f]{64}$/iu.test(content));
	if (bad) {
		return {message: `line ${bad.number} of the key file '${file}' is not ${keyBytes * 2} hexadecimal digits`, hint};
	}

	const keys = lines.map(({content}) => Uint8Array.from(Buffer.from(content, 'hex')));
	if (keys.length === 0 || keys.length > keysMax) {
		return {message: `the key file '${file}' has ${keys.length === 0 ? 'no key' : `more than ${keysMax} keys`}`, hint};
	}

	const hasTwins = new Set(lines.map(({content}) => content.toLowerCase())).size < lines.length;
	return hasTwins ? {message: `two keys of the key file '${file}' are equal`, hint: 'take one out, or make a new one'} : {keys};
}
