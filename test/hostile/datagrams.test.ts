import process from 'node:process';
import test from 'ava';
import {rejectionLineIntervalMs} from '../../src/daemon/rejections.js';
import {decodeFailures} from '../../src/core/protocol/decode.js';
import {sealRejections} from '../../src/edge/seal/seal.js';
import {assault} from './assault.js';

const count = 100_000;
const heapGrowthBytesMax = 4 * 1024 * 1024;
const seed = Number(process.env.FARMCTL_SEED ?? 1);

test(`${count} hostile datagrams: none is accepted, and the farm goes on as if there were none (FARMCTL_SEED=${seed})`, t => {
	const report = assault(count, seed);
	t.log(JSON.stringify(report));
	t.is(report.accepted, 0);
	t.deepEqual(report.otherEvents, []);
	t.true(report.isUndisturbed);
	t.true(report.stateCharacters.after <= report.stateCharacters.before * 1.2);
	t.true(report.heapBytes.after - report.heapBytes.before < heapGrowthBytesMax, `${report.heapBytes.after - report.heapBytes.before} bytes more`);
	const reasons = Object.keys(report.refused);
	t.true(report.lines <= reasons.length * (1 + Math.floor(report.farmMs / rejectionLineIntervalMs)), `${report.lines} lines`);
	const expected: readonly string[] = [...sealRejections, ...decodeFailures].filter(reason => !['duplicate', 'channel'].includes(reason));
	t.deepEqual(expected.filter(reason => !reasons.includes(reason)), [], 'every reason has been met');
	t.true(report.copies > 0);
});
