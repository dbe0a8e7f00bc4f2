import test from 'ava';
import {certificateWarning, tlsReason, type ChainedCertificate} from '../../../src/edge/checks/certificate.js';

const dayMs = 86_400_000;
const now = Date.parse('2026-06-01T00:00:00Z');

/** Each signed by the next, the last one by itself; the dates when they end. */
function chain(end: string, ...ends: readonly string[]): ChainedCertificate {
	const certificate: {valid_to: string; issuerCertificate?: ChainedCertificate} = {valid_to: end};
	const [next, ...others] = ends;
	certificate.issuerCertificate = next === undefined ? certificate : chain(next, ...others);
	return certificate;
}

test('the one that ends first is told, in time', t => {
	t.is(certificateWarning(chain('Jun 15 12:00:00 2026 GMT', 'Jan 1 00:00:00 2030 GMT'), 14 * dayMs, now), undefined);
	t.is(certificateWarning(chain('Jun 15 12:00:00 2026 GMT', 'Jan 1 00:00:00 2030 GMT'), 15 * dayMs, now), 'the certificate ends on 2026-06-15, in 14 days');
	t.is(certificateWarning(chain('Jan 1 00:00:00 2030 GMT', 'Jun 2 12:00:00 2026 GMT', 'Jan 1 00:00:00 2040 GMT'), dayMs * 2, now), 'the certificate ends on 2026-06-02, in one day');
	t.is(certificateWarning(chain('May 1 00:00:00 2026 GMT'), 0, now), 'the certificate ended on 2026-05-01');
});

test('a root is the clients\' own business, and what is no certificate none', t => {
	t.is(certificateWarning(chain('Jan 1 00:00:00 2030 GMT', 'Jan 1 00:00:00 2020 GMT'), dayMs, now), undefined);
	t.is(certificateWarning({}, dayMs, now), undefined);
	t.is(certificateWarning(chain('never'), dayMs, now), undefined);
});

test('errors of TLS in words, others are none', t => {
	const error = (code: string, message = 'something'): Error => Object.assign(new Error(message), {code});
	t.is(tlsReason(error('CERT_REVOKED'), 'web'), 'web: its certificate has been revoked (CERT_REVOKED)');
	t.is(tlsReason(error('EPROTO', 'write EPROTO 40:error:0A:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../x.c:9:'), 'web'), 'web: TLS is not established: tlsv1 alert protocol version');
	t.is(tlsReason(error('ECONNRESET'), 'web'), undefined);
});
