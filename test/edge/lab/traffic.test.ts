import {once} from 'node:events';
import net, {type AddressInfo} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {firstAnswer, type AttemptEvents, type Target} from '../../../src/edge/lab/traffic/attempt.js';
import {Ledger} from '../../../src/edge/lab/traffic/ledger.js';

const whole = 'HTTP/1.1 200 OK\r\n\r\nweb1\n';

/** A server that treats its first, second, … connection as told, and all later ones as the last. */
async function serve(t: ExecutionContext, ...treatments: ReadonlyArray<(socket: net.Socket) => void>): Promise<Target> {
	let count = 0;
	const server = net.createServer(socket => {
		socket.on('error', () => undefined);
		treatments[Math.min(count, treatments.length - 1)]!(socket);
		count++;
	});
	server.listen(0, '127.0.0.1');
	t.teardown(() => {
		server.close();
	});
	await once(server, 'listening');
	return {vip: '127.0.0.1', port: (server.address() as AddressInfo).port, client: '127.0.0.1'};
}

function recording(): AttemptEvents & {readonly told: string[]} {
	const told: string[] = [];
	return {
		told,
		onFailed(what) {
			told.push(what);
		},
		onWait() {
			told.push('waits');
		},
	};
}

const answerNow = (socket: net.Socket): void => {
	socket.once('data', () => socket.end(whole));
};

const stayMute = (socket: net.Socket): void => {
	socket.resume();
};

const reset = (socket: net.Socket): void => {
	socket.resetAndDestroy();
};

test('an answer names its node', async t => {
	const events = recording();
	const answer = await firstAnswer(await serve(t, answerNow), '/', events);
	answer?.socket.destroy();
	t.is(answer?.node, 'web1');
	t.false(events.told.includes('reset'));
});

test('a mute attempt is followed by another, and is no failure', async t => {
	const events = recording();
	const answer = await firstAnswer(await serve(t, stayMute, answerNow), '/', events);
	answer?.socket.destroy();
	t.is(answer?.node, 'web1');
	t.deepEqual(events.told, ['waits']);
});

test('a reset attempt is a failure, although the next one is answered', async t => {
	const events = recording();
	const answer = await firstAnswer(await serve(t, reset, answerNow), '/', events);
	answer?.socket.destroy();
	t.is(answer?.node, 'web1');
	t.true(events.told.includes('reset'));
});

test('a refused connection is told', async t => {
	const server = net.createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	const events = recording();
	t.is(await firstAnswer({vip: '127.0.0.1', port, client: '127.0.0.1'}, '/', events), undefined);
	t.true(events.told.includes('refused'));
});

test('the ledger keeps phases apart and remembers who served a client before', t => {
	const told: string[] = [];
	const ledger = new Ledger(['a', 'b'], ({phase, client, what}) => {
		told.push(`${phase} ${client} ${what}`);
	});
	ledger.answered('a', 'web1', 1);
	ledger.answered('a', 'web2', 7.4);
	const steady = ledger.turn('cut');
	t.is(steady.phase, 'steady');
	t.like(steady.clients[0], {client: 'a', nodeBefore: undefined, answered: {web1: 1, web2: 1}, longestWaitMs: 7});

	ledger.waits('a');
	t.is(ledger.sample(0).waiting, 1);
	ledger.failed('a', {what: 'reset', reason: 'ECONNRESET', waitMs: 3});
	ledger.broken('a', {node: 'web2', reason: 'ECONNRESET'});
	ledger.completed('a');
	const cut = ledger.turn('heal');
	t.like(cut.clients[0], {nodeBefore: 'web2', answered: {}, reset: 1, refused: 0, broken: 1, completed: 1});
	t.like(cut.clients[1], {nodeBefore: undefined, reset: 0});
	t.deepEqual(told, ['cut a reset', 'cut a broken']);
	t.like(ledger.sample(12), {phase: 'heal', answered: {web1: 1, web2: 1}, failed: 1, broken: 1, latenessMs: 12});
});
