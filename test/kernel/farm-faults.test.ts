/** A real farm under real faults, judged by the packets on its LAN and by nothing else. */

import test, {type ExecutionContext} from 'ava';
import {capture, type CapturedFrame} from './support/capture.js';
import {tcp} from './support/frame.js';
import {knocker} from './support/knocker.js';
import {labFor, until, type Lab} from './support/lab.js';
import {whyNoNamespace} from './support/namespace.js';

/** Of the lab, at detection 300 ms. */
const leaseMs = 260;
/** One tick of a kernel at 250 Hz. */
const kernelTickMs = 4;
const synsMin = 20_000;

const reason = whyNoNamespace();

/** Registers the test; skipped, with the reason in its title, where namespaces cannot be had. */
function farmTest(title: string, work: (t: ExecutionContext) => Promise<void>): void {
	if (reason === undefined) {
		test.serial(title, work);
	} else {
		test.skip(`${title} (${reason})`, t => {
			t.fail();
		});
	}
}

const isSyn = (frame: CapturedFrame): boolean => frame.tcp !== undefined && (frame.tcp.flags & (tcp.syn | tcp.ack)) === tcp.syn;
const isSynAck = (frame: CapturedFrame): boolean => frame.tcp !== undefined && (frame.tcp.flags & (tcp.syn | tcp.ack)) === (tcp.syn | tcp.ack);

type Answer = {readonly atMs: number; readonly nodes: Set<string>};

/** The nodes that answered each SYN and when it was sent, by client, port and sequence number. */
function answers(frames: readonly CapturedFrame[]): Map<string, Answer> {
	const bySyn = new Map<string, Answer>();
	for (const frame of frames) {
		if (isSyn(frame)) {
			const key = `${frame.source} ${frame.tcp!.sourcePort} ${frame.tcp!.sequence}`;
			bySyn.set(key, bySyn.get(key) ?? {atMs: frame.atMs, nodes: new Set()});
		} else if (isSynAck(frame)) {
			const key = `${frame.target} ${frame.tcp!.targetPort} ${(frame.tcp!.acknowledge - 1) >>> 0}`;
			bySyn.get(key)?.nodes.add(frame.sourceMac);
		}
	}

	return bySyn;
}

/** The first answer to each SYN: what a node sends again for a SYN it accepted before, its kernel repeats by itself. */
function firstAnswers(frames: readonly CapturedFrame[]): CapturedFrame[] {
	const seen = new Set<string>();
	return frames.filter(frame => isSynAck(frame)).filter(frame => {
		const key = `${frame.sourceMac} ${frame.target} ${frame.tcp!.targetPort} ${frame.tcp!.acknowledge}`;
		const isFirst = !seen.has(key);
		seen.add(key);
		return isFirst;
	});
}

const kernelFilter = 'tcp port 80 and tcp[tcpflags] & tcp-syn != 0';

farmTest('every SYN is answered by at most one node, whatever fails', async t => {
	const lab = await labFor(t, 'syncensus');
	const capturing = await capture(lab, kernelFilter);
	const knocking = await knocker(lab, {concurrency: 24});
	const phases: Array<readonly [name: string, atMs: number]> = [];
	const begin = (name: string): void => {
		phases.push([name, Date.now()]);
	};

	const heal = async (): Promise<void> => {
		begin(`heal after ${phases.at(-1)![0]}`);
		await lab.farmctl('fault', 'heal');
		await lab.settled();
	};

	const fault = async (name: string, node: string, witness: string): Promise<void> => {
		begin(`${name} ${node}`);
		await lab.farmctl('fault', name, node);
		await lost(lab, node, witness);
		await heal();
	};

	await fault('freeze-daemon', 'web1', 'web2');
	await fault('cut-link', 'web2', 'web3');
	await fault('kill-daemon', 'web3', 'web1');
	begin('stop web1');
	await lab.farmctl('stop', 'web1');
	await lab.settled('web1');
	begin('start web1');
	await lab.farmctl('start', 'web1');
	await lab.settled();
	await fault('kill-node', 'web2', 'web1');
	begin('steady');
	await until(async () => (await lab.nodes()).reduce((sum, {status}) => sum + (status?.filter.counters?.acceptedPackets ?? 0), 0) > synsMin / 2);
	const report = await knocking.stop();
	const frames = await capturing.stop();
	const bySyn = answers(frames);
	const phaseOf = (atMs: number): string => {
		const [name, startMs] = phases.findLast(phase => phase[1] <= atMs) ?? ['before', 0];
		return `${name} +${(atMs - startMs).toFixed(0)} ms`;
	};

	const twice = [...bySyn].filter(([, {nodes}]) => nodes.size > 1);
	const answered = [...bySyn.values()].filter(({nodes}) => nodes.size === 1).length;
	t.log(`${bySyn.size} SYNs, ${answered} answered, ${twice.length} by two nodes; client: ${JSON.stringify(report)}`);
	t.deepEqual(twice.map(([syn, {atMs}]) => `${syn}, ${phaseOf(atMs)}`), []);
	t.true(bySyn.size >= synsMin, `${bySyn.size} SYNs`);
	t.true(answered > bySyn.size / 2, `only ${answered} of ${bySyn.size} SYNs were answered`);
});

for (const fault of ['freeze-daemon', 'kill-daemon'] as const) {
	farmTest(`${fault}: the node is silent one lease after its last heartbeat, and its peers take over only then`, async t => {
		const lab = await labFor(t, fault === 'kill-daemon' ? 'killed' : 'frozen');
		const victim = await lab.macOf('web1');
		const capturing = await capture(lab, `(${kernelFilter}) or udp port 4803`);
		const knocking = await knocker(lab, {concurrency: 8});
		await served(lab, ['web1', 'web2', 'web3'], 1000);
		await lab.farmctl('fault', fault, 'web1');
		await lost(lab, 'web1', 'web2');
		await served(lab, ['web2', 'web3'], 500);
		const frozen = await capturing.stop();
		const lastHeartbeat = frozen.findLast(frame => frame.udp !== undefined && frame.sourceMac === victim)!.atMs;
		const acceptances = firstAnswers(frozen);
		const acceptedByVictim = acceptances.filter(frame => frame.sourceMac === victim);
		const lastAccepted = acceptedByVictim.at(-1)!.atMs;
		const victims = new Set(acceptedByVictim.map(({target}) => target));
		const takenOver = acceptances.find(frame => frame.sourceMac !== victim && victims.has(frame.target))!.atMs;
		t.log(`last heartbeat +0 ms, last packet accepted +${(lastAccepted - lastHeartbeat).toFixed(1)} ms, taken over +${(takenOver - lastHeartbeat).toFixed(1)} ms`);
		t.true(lastAccepted - lastHeartbeat <= leaseMs + kernelTickMs, `accepted ${lastAccepted - lastHeartbeat} ms after its last heartbeat`);
		t.true(takenOver > lastAccepted, 'taken over before the node was silent');
		const after = acceptances.filter(frame => frame.atMs > takenOver);
		t.true(after.length > 0);
		t.deepEqual(after.filter(({sourceMac}) => sourceMac === victim).length, 0);
		await lab.farmctl('fault', 'heal');
		await lab.settled();
		const {outcomes} = await knocking.stop();
		t.falsy(outcomes.ECONNREFUSED, 'a connection was refused');
	});
}

/** Waits until the witness sees that the node is gone and that all slots are covered without it. */
async function lost(lab: Lab, node: string, witness: string): Promise<void> {
	await until(async () => {
		const status = (await lab.nodes()).find(({name}) => name === witness)?.status;
		return status !== undefined && !status.view.members.includes(node) && status.coverage.owned === status.coverage.total;
	});
}

/** Waits until each of the nodes has accepted so many packets more than now. */
async function served(lab: Lab, names: readonly string[], packets: number): Promise<void> {
	const accepted = async (): Promise<Map<string, number>> => new Map((await lab.nodes()).map(({name, status}) => [name, status?.filter.counters?.acceptedPackets ?? 0]));
	const before = await accepted();
	await until(async () => {
		const now = await accepted();
		return names.every(name => now.get(name)! >= before.get(name)! + packets);
	});
}
