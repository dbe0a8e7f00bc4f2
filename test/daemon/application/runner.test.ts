import test from 'ava';
import {nextDeadline} from '../../../src/core/application/deadline.js';
import {createApplication} from '../../../src/core/application/state.js';
import {step} from '../../../src/core/application/step.js';
import type {ApplicationInput, RememberedApplication} from '../../../src/core/application/types.js';
import {noApplication, type Check, type Service} from '../../../src/core/model/application.js';
import {monoMs} from '../../../src/core/model/time.js';
import {nothingRemembered} from '../../../src/daemon/application/remembered-application.js';
import {createRunner, type Runner} from '../../../src/daemon/application/runner.js';
import type {ApplicationNotice} from '../../../src/daemon/application/words.js';
import {systemClock} from '../../../src/edge/clock/clock.js';
import {eventually} from '../../edge/services/support.js';

const service: Service = {
	name: 'app', run: {kind: 'unit', unit: 'app.service'}, startTimeoutMs: 60_000, stopTimeoutMs: 60_000,
};
const check: Check = {
	name: 'port', probe: {type: 'tcp', address: '127.0.0.1', port: 80}, intervalMs: 60_000, jitterMs: 0,
	timeoutMs: 1000, rise: 1, fall: 1, initial: 'unknown', action: 'restart', handler: undefined, when: 'up',
};

type Place = {
	readonly runner: Runner;
	/** Everything that was done, in its order. */
	readonly done: string[];
	readonly claims: Array<Extract<ApplicationNotice, {kind: 'claim'}>>;
	readonly remembered: RememberedApplication[];
	/** The runs of the check. */
	readonly probed: number[];
};

/** Services do as they are told, at once; checks say nothing. */
function createPlace(): Place {
	const done: string[] = [];
	const claims: Place['claims'] = [];
	const remembered: RememberedApplication[] = [];
	const probed: number[] = [];
	const hooks = {commands: {'before-start': ['/bin/before'], 'after-stop': ['/bin/after']}, timeoutMs: 60_000};
	const settings = {application: {...noApplication, services: [service], checks: [check], hooks}, drainMs: 60_000};
	const runner = createRunner({
		core: {step, nextDeadline: state => nextDeadline(state) ?? monoMs(Infinity)},
		initial: createApplication(settings, systemClock.now()),
		clock: systemClock,
		services: submit => ({
			adopt: async () => [],
			perform({verb, run, service: {name}}) {
				done.push(`${verb} ${name}`);
				submit({
					kind: 'service', name, run, outcome: verb === 'start' ? 'started' : 'stopped', detail: '',
				});
			},
			pid: () => 'it does not run',
			leave: async () => undefined,
			kill: async () => undefined,
		}),
		checks: () => ({
			begin({name}, run) {
				probed.push(run);
				done.push(`begin ${name}`);
			},
			end(name) {
				done.push(`end ${name}`);
			},
		}),
		async hook(name, {command}) {
			done.push(`hook ${name} ${command.join(' ')}`);
			return {outcome: 'done', detail: ''};
		},
		handler: async () => ({outcome: 'done', detail: ''}),
		remember(one) {
			remembered.push(one);
		},
		tell(notice) {
			if (notice.kind === 'claim') {
				claims.push(notice);
			}
		},
		ended() {
			done.push('ended');
		},
	});
	return {
		runner, done, claims, remembered, probed,
	};
}

/** What membership says as soon as it is asked. */
const standing = ({claims}: Place): ApplicationInput => {
	const {claim, number} = claims.at(-1)!;
	return {
		kind: 'standing', standing: claim.wants, answers: number, othersServe: true, othersUnwell: true,
	};
};

async function up(place: Place): Promise<void> {
	place.runner.submit({
		kind: 'begin', wanted: 'serve', isServing: false, running: [], remembered: nothingRemembered,
	});
	await eventually(() => place.done.includes('begin port'));
	place.runner.submit({
		kind: 'check', name: 'port', run: place.probed.at(-1)!, result: {outcome: 'up', reason: 'open', tookMs: 1},
	});
	await eventually(() => place.claims.at(-1)?.claim.wants === 'in');
	place.runner.submit(standing(place));
}

test('orders are carried out in the order of the life, and nothing is let in before the check is up', async t => {
	const place = createPlace();
	await up(place);
	t.deepEqual(place.done, ['hook before-start /bin/before', 'start app', 'begin port']);
	t.is(place.claims.at(-1)?.claim.wants, 'in');
	t.is(place.claims.filter(({claim}) => claim.wants === 'in').length, 1);
	t.is(place.runner.describe().life, 'UP');
	place.runner.submit({kind: 'wanted', wanted: 'leave'});
	await eventually(() => place.claims.at(-1)?.claim.wants === 'out');
	t.false(place.done.includes('stop app'));
	place.runner.submit(standing(place));
	await eventually(() => place.done.includes('ended'));
	t.deepEqual(place.done.filter(one => !one.startsWith('end ')).slice(3), ['stop app', 'hook after-stop /bin/after', 'ended']);
	place.runner.stop();
});

test('what is to be remembered is written, and a disk that fails stops nothing', async t => {
	const place = createPlace();
	await up(place);
	place.runner.submit({kind: 'checks', names: ['port'], isEnabled: false});
	await eventually(() => place.remembered.length > 0);
	t.deepEqual(place.remembered.at(-1)?.disabled, ['port']);
	t.false(place.runner.describe().checks[0]!.isEnabled);
	place.runner.stop();
});
