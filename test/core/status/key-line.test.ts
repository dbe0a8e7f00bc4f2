import test from 'ava';
import {keyLine} from '../../../src/core/status/key-line.js';
import {healthy} from './samples.js';

const withKeys = (...keys: ReadonlyArray<string | undefined>) => ({
	...healthy, nodes: healthy.nodes.map(({key: _, ...node}, index) => ({...node, ...(keys[index] !== undefined && {key: keys[index]})})),
});

test('nothing is said while all that were heard seal with the same key', t => {
	t.is(keyLine(healthy), '');
	t.is(keyLine(withKeys('1a2b3c4d', undefined, '1a2b3c4d')), '');
});

test('who seals with which, while a key is being changed', t => {
	t.is(keyLine(withKeys('1a2b3c4d', '99887766', '1a2b3c4d')), 'web1, web3 seal with key 1a2b3c4d; web2 seals with key 99887766: keep all of these in every key file until there is only one');
});
