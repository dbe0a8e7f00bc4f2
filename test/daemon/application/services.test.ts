import test from 'ava';
import type {Service} from '../../../src/core/model/application.js';
import type {FarmEvent} from '../../../src/core/model/event.js';
import {createServices, type Services} from '../../../src/daemon/application/services.js';
import type {ServiceControl, ServiceOutcome} from '../../../src/edge/services/port.js';

const service: Service = {
	name: 'app', run: {kind: 'unit', unit: 'app.service'}, startTimeoutMs: 1000, stopTimeoutMs: 1000,
};

type Pending = PromiseWithResolvers<ServiceOutcome>;

type Place = {
	readonly services: Services;
	readonly told: unknown[];
	readonly events: FarmEvent[];
	/** Made, in their order. */
	readonly made: Array<{readonly service: Service; readonly died: (reason: string) => void; readonly calls: string[]; readonly pending: Pending[]}>;
};

function createPlace({isRunning = false} = {}): Place {
	const told: unknown[] = [];
	const events: FarmEvent[] = [];
	const made: Place['made'] = [];
	const services = createServices({
		create(one, {died}) {
			const calls: string[] = [];
			const pending: Pending[] = [];
			const wait = (name: string) => async (): Promise<ServiceOutcome> => {
				calls.push(name);
				const outcome = Promise.withResolvers<ServiceOutcome>();
				pending.push(outcome);
				return outcome.promise;
			};

			made.push({
				service: one, died, calls, pending,
			});
			const control: ServiceControl = {
				adopt: async () => isRunning, start: wait('start'), stop: wait('stop'), kill: wait('kill'), pid: () => 12,
				async leave() {
					calls.push('leave');
				},
			};
			return control;
		},
		tell(input) {
			told.push(input);
		},
		record(event) {
			events.push(event);
		},
		line: () => undefined,
	});
	return {
		services, told, events, made,
	};
}

const turn = async (): Promise<void> => new Promise(resolve => {
	setImmediate(resolve);
});

test('a start is answered with its run, and a death with the run of the last start', async t => {
	const {services, told, made} = createPlace();
	services.perform({verb: 'start', service, run: 3});
	made[0]!.pending[0]!.resolve({hasSucceeded: true, reason: 'pid 12'});
	await turn();
	made[0]!.died('was killed by SIGKILL');
	t.deepEqual(told, [
		{
			kind: 'service', name: 'app', run: 3, outcome: 'started', detail: 'pid 12',
		},
		{
			kind: 'service', name: 'app', run: 3, outcome: 'exited', detail: 'was killed by SIGKILL',
		},
	]);
	t.is(services.pid('app'), 12);
	t.is(services.pid('other'), 'it does not run');
});

test('a stop and a kill of the same run are answered once', async t => {
	const {services, told, made} = createPlace();
	services.perform({verb: 'stop', service, run: 3});
	services.perform({verb: 'kill', service, run: 3});
	t.deepEqual(made[0]!.calls, ['stop', 'kill']);
	for (const pending of made[0]!.pending) {
		pending.resolve({hasSucceeded: true, reason: ''});
	}

	await turn();
	t.deepEqual(told, [{
		kind: 'service', name: 'app', run: 3, outcome: 'stopped', detail: '',
	}]);
});

test('a service that does not stop is told, and not answered until it does', async t => {
	const {services, told, events, made} = createPlace();
	services.perform({verb: 'stop', service, run: 3});
	made[0]!.pending[0]!.resolve({hasSucceeded: false, reason: 'still runs'});
	await turn();
	t.deepEqual(told, []);
	t.deepEqual(events.map(({name, message}) => [name, message]), [['service-not-stopped', 'service app: still runs']]);
	services.perform({verb: 'kill', service, run: 3});
	made[0]!.pending[1]!.resolve({hasSucceeded: true, reason: 'was killed'});
	await turn();
	t.like(told[0], {outcome: 'stopped', detail: 'was killed'});
});

test('what runs already is taken over; one that is configured otherwise is another', async t => {
	const {services, told, made} = createPlace({isRunning: true});
	t.deepEqual(await services.adopt([service]), ['app']);
	made[0]!.died('is failed');
	t.like(told[0], {run: 0, outcome: 'exited'});
	services.perform({verb: 'start', service: {...service}, run: 4});
	t.is(made.length, 1);
	services.perform({verb: 'start', service: {...service, run: {kind: 'unit', unit: 'other.service'}}, run: 5});
	t.is(made.length, 2);
	await services.leave();
	t.deepEqual(made.map(({calls}) => calls), [['start'], ['start', 'leave']]);
});
