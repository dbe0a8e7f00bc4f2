/** What is wrong with a server's TLS and its certificate, and what soon will be, in words. */

/** As Node's `DetailedPeerCertificate`, empty where there is none; a root's issuer is itself. */
export type ChainedCertificate = {readonly valid_to?: string; readonly issuerCertificate?: ChainedCertificate};

const dayMs = 86_400_000;

/** By OpenSSL's and Node's name of the error. */
const meanings: Readonly<Record<string, string>> = {
	CERT_HAS_EXPIRED: 'its certificate has expired',
	CERT_NOT_YET_VALID: 'its certificate is not valid yet: are the clocks right?',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself, and not by a known authority',
	SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not known here',
	UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by an authority that is not known here',
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that is not known here',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes without that of its authority, which is not known here',
	CERT_REVOKED: 'its certificate has been revoked',
	CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong',
};

/** Undefined where the error is none of TLS. */
export function tlsReason(error: unknown, host: string): string | undefined {
	const {code = '', message} = error as NodeJS.ErrnoException;
	// Such as `write EPROTO 405D69:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/…`.
	const [, complaint] = /:SSL routines:[^:]*:([^:]+)/u.exec(message) ?? [];
	if (complaint !== undefined) {
		return `${host}: ${complaint === 'wrong version number' ? 'it speaks no TLS' : `TLS is not established: ${complaint}`}`;
	}

	if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
		return `${host}: its certificate is for another name: ${message.replace(/^.*?altnames: /u, '')} (${code})`;
	}

	return meanings[code] === undefined ? undefined : `${host}: ${meanings[code]} (${code})`;
}

/** Where one of the server's certificates ends within so long, or has ended. `now`: wall time, milliseconds. */
export function certificateWarning(certificate: ChainedCertificate, withinMs: number, now: number): string | undefined {
	const ends = chainOf(certificate).map(({valid_to: end}) => Date.parse(end ?? '')).filter(end => !Number.isNaN(end));
	const end = Math.min(...ends);
	if (end - now > withinMs) {
		return undefined;
	}

	const date = new Date(end).toISOString().slice(0, 10);
	const days = Math.floor((end - now) / dayMs);
	return days < 0 ? `the certificate ended on ${date}` : `the certificate ends on ${date}, in ${days === 1 ? 'one day' : `${days} days`}`;
}

/** The certificate and those between it and its root, which servers need not send and clients know by themselves. */
function chainOf(certificate: ChainedCertificate): ChainedCertificate[] {
	const chain: ChainedCertificate[] = [];
	let next: ChainedCertificate | undefined = certificate;
	while (next !== undefined && Object.keys(next).length > 0 && !chain.includes(next)) {
		chain.push(next);
		next = next.issuerCertificate;
	}

	const isRoot = (item: ChainedCertificate): boolean => item.issuerCertificate === item;
	return chain.filter((item, index) => index === 0 || !isRoot(item));
}
