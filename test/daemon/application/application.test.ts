import test from 'ava';
import {initialState, type MembershipState} from '../../../src/core/membership/state.js';
import type {MembershipInput} from '../../../src/core/membership/types.js';
import {noApplication, type Service} from '../../../src/core/model/application.js';
import type {FarmEvent} from '../../../src/core/model/event.js';
import type {Farm} from '../../../src/core/model/farm.js';
import {monoMs} from '../../../src/core/model/time.js';
import {createApplication, type Application} from '../../../src/daemon/application/application.js';
import {membershipConfig} from '../../../src/daemon/membership-config.js';
import {UsageFailure} from '../../../src/errors.js';
import {eventually} from '../../edge/services/support.js';
import {farmWith, ruleFor} from '../../kernel/support/machine.js';

const service: Service = {
	name: 'app', run: {kind: 'unit', unit: 'app.service'}, startTimeoutMs: 1000, stopTimeoutMs: 1000,
};
const plain: Farm = {...farmWith({rules: [ruleFor('192.0.2.100', 'tcp', [80], 'client')]}), application: noApplication};
const serving: Farm = {...plain, application: {...noApplication, services: [service]}};

type Place = {readonly application: Application; readonly submitted: MembershipInput[]; readonly events: FarmEvent[]; readonly state: MembershipState; readonly configured: {farm: Farm}};

function createPlace(node: string, farm: Farm): Place {
	const submitted: MembershipInput[] = [];
	const events: FarmEvent[] = [];
	const state = initialState(membershipConfig(farm, 1, '0'), {incarnation: 1, now: monoMs(0)});
	const configured = {farm};
	const application = createApplication({
		farm: () => configured.farm,
		node,
		runDir: '/nowhere',
		stateDir: '/nowhere',
		configPath: '/nowhere',
		submit(input) {
			submitted.push(input);
		},
		state: () => state,
		record(event) {
			events.push(event);
		},
		note: () => undefined,
		entry: new URL('fixtures/thread.js', import.meta.url),
	});
	return {
		application, submitted, events, state, configured,
	};
}

const said = ({events}: Place, name: string): string[] => events.filter(event => event.name === name).map(({message}) => message);

const inputs = (place: Place): Array<Readonly<Record<string, unknown>>> => said(place, 'input').map(text => JSON.parse(text) as Readonly<Record<string, unknown>>);

async function end({application}: Place): Promise<void> {
	application.kill();
	await application.end({isLeaving: false});
}

test('where nothing is configured there is no thread, and the node serves as it would without one', async t => {
	const place = createPlace('plain', plain);
	place.application.begin('serve', false);
	place.application.order('stop');
	place.application.stepped(place.state);
	place.application.configured();
	t.is(await place.application.describe(), undefined);
	await place.application.end({isLeaving: false});
	t.deepEqual([place.submitted, place.events], [[], []]);
});

test('before the thread has looked the node does not serve; it is told what was ordered', async t => {
	const place = createPlace('silent', serving);
	place.application.begin('drain', true);
	t.like(place.submitted[0], {kind: 'application', claim: {wants: 'out', state: 'STARTING', isDropping: false, isGuarded: false}});
	place.application.order('serve');
	await eventually(() => inputs(place).length > 0);
	t.deepEqual(said(place, 'begun'), ['drain true 1']);
	t.deepEqual(inputs(place), [{kind: 'wanted', wanted: 'serve'}]);
	t.is((await place.application.describe())?.life, 'UP');
	await end(place);
});

test('a claim goes to membership, and what it made of it comes back, once until it changes', async t => {
	const place = createPlace('claims', serving);
	place.application.begin('serve', false);
	await eventually(() => inputs(place).length > 0);
	t.deepEqual(place.submitted.at(-1), {kind: 'application', claim: {wants: 'in', shareThousandths: 1000, note: ''}});
	t.deepEqual(inputs(place), [{
		kind: 'standing', standing: 'out', othersServe: false, othersUnwell: false, answers: 1,
	}]);
	place.application.stepped(place.state);
	place.application.stepped({...place.state, stage: 'on', claim: {wants: 'in', shareThousandths: 1000, note: ''}});
	place.application.order('stop');
	await eventually(() => inputs(place).length > 2);
	t.deepEqual(inputs(place).slice(1), [{
		kind: 'standing', standing: 'in', othersServe: false, othersUnwell: false, answers: 1,
	}, {kind: 'wanted', wanted: 'stop'}]);
	t.like(place.submitted.at(-1), {claim: {wants: 'out', state: 'STOPPING'}});
	await end(place);
});

test('a thread that fails is followed by another, and until then clients go elsewhere', async t => {
	const place = createPlace('fails', serving);
	place.application.begin('serve', true);
	place.application.order('serve');
	await eventually(() => said(place, 'begun').length > 1);
	t.deepEqual(said(place, 'begun'), ['serve true 1', 'serve false 1']);
	t.deepEqual(said(place, 'application-lost'), ['what looks after the application failed: a bug; it begins anew in 1.0 s']);
	t.like(place.submitted.at(-1), {claim: {wants: 'out', state: 'STARTING', reason: 'what looks after the application failed: a bug; it begins anew'}});
	await end(place);
});

test('a configuration that brings services begins their life, and another one is told to it', async t => {
	const place = createPlace('silent', plain);
	place.application.begin('serve', false);
	place.configured.farm = serving;
	place.application.configured();
	t.is(place.submitted.length, 1);
	place.configured.farm = plain;
	place.application.configured();
	await eventually(() => inputs(place).length > 0);
	t.like(inputs(place)[0], {kind: 'configure', settings: {application: {services: []}}});
	await end(place);
});

test('a check that there is not cannot be disabled', t => {
	const {application} = createPlace('plain', serving);
	t.throws(() => {
		application.enable(['web'], false);
	}, {instanceOf: UsageFailure, message: 'there is no check \'web\' in this farm'});
});

test('a daemon that leaves for the next one says so to the thread', async t => {
	const place = createPlace('silent', serving);
	place.application.begin('serve', false);
	await place.application.end({isLeaving: true});
	t.is(said(place, 'leave').length, 1);
});
