import test from 'ava';
import {decodeFailures} from '../../../src/core/protocol/decode.js';
import {rejectionText} from '../../../src/core/status/rejection-text.js';
import {sealRejections} from '../../../src/edge/seal/seal.js';

const place = {
	from: '192.0.2.12', keyFile: '/etc/farmctl/farm.key', port: 4803, count: 1,
};

const reasons: readonly string[] = [...sealRejections, ...decodeFailures, 'borrowed header', 'own id', 'astray', 'letter', 'astray letter', 'unconfigured sender'];
const told = reasons.filter(reason => reason !== 'duplicate');

for (const reason of told) {
	test(`${reason}: a sentence that leads on`, t => {
		const text = rejectionText({reason, ...place});
		t.true(text.startsWith('a datagram from 192.0.2.12 was refused: '));
		t.not(text, `a datagram from 192.0.2.12 was refused: ${reason}`, 'explained, not only named');
		t.notRegex(text, /\.$|\n/u);
	});
}
