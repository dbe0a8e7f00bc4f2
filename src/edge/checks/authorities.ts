/**
Which authorities may sign a server's certificate: those of a file, or of the system. Node brings a list of its own, which no administrator of this machine
keeps, so it is used only where the system has none. A list is read again when its file has changed.
*/

import {readFile, stat} from 'node:fs/promises';
import process from 'node:process';
import {createSecureContext, type SecureContext} from 'node:tls';

/** Where distributions keep all of theirs in one file: Debian and Alpine, Fedora and Red Hat, SUSE, BSD's way. */
const systemFiles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem', '/etc/ssl/cert.pem'] as const;

type Known = {readonly version: string; readonly context: SecureContext};

const known = new Map<string, Known>();

/** Undefined for Node's own list. Rejects where the given file cannot be read or holds what is no certificate. */
export async function trustedBy(file: string | undefined): Promise<SecureContext | undefined> {
	if (file !== undefined) {
		return contextOf(file);
	}

	for (const candidate of [process.env.SSL_CERT_FILE, ...systemFiles]) {
		// eslint-disable-next-line no-await-in-loop -- the first that is there
		const context = candidate === undefined ? undefined : await contextOf(candidate).catch(() => undefined);
		if (context !== undefined) {
			return context;
		}
	}

	return undefined;
}

async function contextOf(file: string): Promise<SecureContext> {
	const {mtimeMs, size, ino} = await stat(file);
	const version = `${mtimeMs} ${size} ${ino}`;
	const before = known.get(file);
	if (before?.version === version) {
		return before.context;
	}

	const text = await readFile(file);
	// Without any, Node would take the list for an empty one and say nothing.
	if (!text.includes('-----BEGIN CERTIFICATE-----') && !text.includes('-----BEGIN TRUSTED CERTIFICATE-----')) {
		throw new Error(`there is no certificate in ${file}`);
	}

	const context = createSecureContext({ca: text});
	known.set(file, {version, context});
	return context;
}
