import test from 'ava';
import {adaptationLine} from '../../../src/core/status/adaptation-line.js';
import type {Status} from '../../../src/core/status/status.js';
import {healthy} from './samples.js';

const withDetections = (...detections: readonly number[]): Status => ({
	...healthy, nodes: healthy.nodes.map((node, index) => ({...node, detectionMs: detections[index]!})),
});

test('nothing is said while everybody has the configured time', t => {
	t.is(adaptationLine(healthy), '');
});

test('who has more time is named, with the reason where it is known: of this node', t => {
	t.is(adaptationLine(withDetections(300, 589, 300)), 'detection 300 ms; 589 ms for web2');
	const own = withDetections(450, 300, 589);
	t.is(
		adaptationLine({...own, timing: {...own.timing, detectionMaxMs: 900, adaptation: 'its timers ran 40 ms late'}}),
		'detection 300 ms; 450 ms for web1 (its timers ran 40 ms late), 589 ms for web3',
	);
});
