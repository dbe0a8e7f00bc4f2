import test from 'ava';
import {phaseNames, type ClientReport, type PhaseName, type PhaseReport} from '../../../src/core/lab/phases.js';
import {areKept, evaluatePromises, takeoverMarginMs, type Drama} from '../../../src/core/lab/promises.js';

const drama: Drama = {
	cutNode: 'web2', stoppedNode: 'web3', killedNode: 'web1', detectionMs: 300, nodes: ['web1', 'web2', 'web3'],
};
const limitMs = drama.detectionMs + takeoverMarginMs;

const quiet = (client: string, nodeBefore: string): ClientReport => ({
	client, nodeBefore, answered: {web1: 1, web2: 1, web3: 1}, refused: 0, reset: 0, timedOut: 0, broken: 0, completed: 2, longestWaitMs: 3,
});

/** A demo in which all went well, but for what the change makes of the client that the node served. */
function reportsWith(phase: PhaseName, nodeBefore: string, change: Partial<ClientReport>): PhaseReport[] {
	return phaseNames.map(name => ({
		phase: name,
		clients: drama.nodes.map(node => ({...quiet(`client of ${node}`, node), ...(name === phase && node === nodeBefore && change)})),
	}));
}

const areAllKept = (reports: readonly PhaseReport[]): boolean => areKept(evaluatePromises(reports, drama));

const holds = test.macro({
	exec(t, phase: PhaseName, nodeBefore: string, change: Partial<ClientReport>) {
		t.true(areAllKept(reportsWith(phase, nodeBefore, change)));
	},
	title: (_, phase: PhaseName, nodeBefore: string, change: Partial<ClientReport>) => `held: during ${phase} a client of ${nodeBefore} sees ${JSON.stringify(change)}`,
});

const fails = test.macro({
	exec(t, phase: PhaseName, nodeBefore: string, change: Partial<ClientReport>) {
		const promises = evaluatePromises(reportsWith(phase, nodeBefore, change), drama);
		t.false(areKept(promises));
		t.is(promises.filter(({isKept}) => !isKept).length, 1, 'only the promise that is about it is broken');
	},
	title: (_, phase: PhaseName, nodeBefore: string, change: Partial<ClientReport>) => `broken: during ${phase} a client of ${nodeBefore} sees ${JSON.stringify(change)}`,
});

test(holds, 'steady', 'web1', {});
test(holds, 'cut', 'web2', {longestWaitMs: limitMs});
test(holds, 'cut', 'web2', {broken: 1, reset: 1});
test(fails, 'cut', 'web2', {longestWaitMs: limitMs + 1});
test(fails, 'cut', 'web2', {timedOut: 1});
test(fails, 'cut', 'web1', {refused: 1});
test(fails, 'cut', 'web3', {broken: 1});
test(fails, 'steady', 'web1', {reset: 1});
test(fails, 'heal', 'web2', {broken: 1});
test(fails, 'stop', 'web3', {refused: 1});
test(fails, 'stop', 'web3', {broken: 1});
test(fails, 'stop', 'web1', {timedOut: 1});
test(fails, 'start', 'web1', {broken: 1});
test(holds, 'kill', 'web1', {broken: 1, reset: 1, refused: 1, longestWaitMs: limitMs});
test(fails, 'kill', 'web1', {longestWaitMs: limitMs + 1});
test(fails, 'kill', 'web2', {reset: 1});
test(fails, 'mend', 'web1', {refused: 1});
test(fails, 'mend', 'web3', {broken: 1});

for (const phase of phaseNames) {
	test(`a phase that is missing keeps no promise: ${phase}`, t => {
		t.false(areAllKept(reportsWith(phase, 'web1', {}).filter(report => report.phase !== phase)));
	});
}

test('a cut node without clients proves nothing', t => {
	t.false(areAllKept(reportsWith('cut', 'web2', {nodeBefore: 'web1'})));
});

test('a node that never answers again after it is back breaks a promise', t => {
	const reports = reportsWith('heal', 'web1', {}).map(report => report.phase === 'heal'
		? {...report, clients: report.clients.map(client => ({...client, answered: {web1: 9, web3: 9}}))}
		: report);
	t.deepEqual(evaluatePromises(reports, drama).filter(({isKept}) => !isKept).map(({promise}) => promise), ['web2 serves again after it is back']);
});

test('no reports at all keep nothing', t => {
	t.false(areAllKept([]));
});
