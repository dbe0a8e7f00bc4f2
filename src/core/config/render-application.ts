/** The application of a farm as lines of a configuration, with every default written out: see `render.ts`. */

import {
	hookNames, type ApplicationConfig, type Check, type Notify, type Probe, type Service,
} from '../model/application.js';
import type {PortRange} from '../model/farm.js';
import {checks as checksValue} from './check-keys.js';
import type {Variant} from './description.js';
import {renderDuration} from './duration.js';
import {renderSize} from './size.js';
import {yamlText} from './yaml-text.js';

/** A key and its value as YAML. */
export type WrittenKey = readonly [key: string, value: string];

/** Without a value it is not written. */
type Key = readonly [key: string, value: string | undefined];

export function renderApplication(application: ApplicationConfig): string[] {
	const {services, checks} = application;
	return [
		...services.length === 0 ? ['services: []'] : ['services:', ...services.map(service => `  - ${record(serviceKeys(service))}`)],
		...checks.length === 0 ? ['checks: []'] : ['checks:', ...checks.map(check => `  - ${record(checkKeys(check))}`)],
		...singleKeys(application).map(([key, value]) => `${key}: ${value}`),
	];
}

/** Of which a farm has one. */
export function singleKeys({hooks, actions, boot, keepAtLeast, slowStartMs, probe, notify}: ApplicationConfig): WrittenKey[] {
	const commands = hookNames.map((name): Key => [name, mapped(hooks.commands[name], listText)]);
	return written([
		['hooks', record([...commands, ['timeout', renderDuration(hooks.timeoutMs)]])],
		['actions', record([['max', String(actions.max)], ['within', renderDuration(actions.withinMs)]])],
		['boot', boot],
		['keep-at-least', String(keepAtLeast)],
		['slow-start', renderDuration(slowStartMs)],
		['probe', mapped(probe, ({address, port}) => record([['listen', yamlText(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)]]))],
		['notify', mapped(notify, renderNotify)],
	]);
}

export const serviceKeys = ({name, run, startTimeoutMs, stopTimeoutMs}: Service): WrittenKey[] => written([
	['name', yamlText(name)], ...runKeys(run), ['start-timeout', renderDuration(startTimeoutMs)], ['stop-timeout', renderDuration(stopTimeoutMs)],
]);

export function checkKeys({name, probe, intervalMs, jitterMs, timeoutMs, rise, fall, initial, action, handler, when}: Check): WrittenKey[] {
	const {without = []}: Variant = checksValue.variants[probe.type];
	const common: readonly Key[] = [
		['interval', renderDuration(intervalMs)], ['jitter', renderDuration(jitterMs)], ['timeout', renderDuration(timeoutMs)], ['rise', String(rise)], ['fall', String(fall)],
		['initial', initial], ['action', action], ['handler', mapped(handler, listText)], ['when', when],
	];
	return written([['name', yamlText(name)], ['type', probe.type], ...probeKeys(probe), ...common.filter(([key]) => !without.includes(key))]);
}

function runKeys(run: Service['run']): Key[] {
	switch (run.kind) {
		case 'unit': {
			return [['unit', yamlText(run.unit)]];
		}

		case 'command': {
			return [['command', listText(run.command)], ['folder', mapped(run.folder, yamlText)], ['environment', mapText(run.environment)]];
		}

		case 'scripts': {
			return [['start', listText(run.start)], ['stop', listText(run.stop)], ['status', mapped(run.status, listText)]];
		}

		default: {
			return run satisfies never;
		}
	}
}

function probeKeys(probe: Probe): readonly Key[] {
	switch (probe.type) {
		case 'process': {
			const {by, atLeast, atMost} = probe;
			const [key, value] = Object.entries(by)[0]!;
			return [[{name: 'process', pidFile: 'pid-file'}[key] ?? key, yamlText(value)], ['at-least', String(atLeast)], ['at-most', mapped(atMost, String)]];
		}

		case 'http': {
			return httpKeys(probe);
		}

		case 'tcp': {
			return [['address', yamlText(probe.address)], ['port', String(probe.port)]];
		}

		case 'udp': {
			return [['address', yamlText(probe.address)], ['port', String(probe.port)], ['send', yamlText(probe.send)], ['expect', mapped(probe.expect, yamlText)]];
		}

		case 'ping': {
			return [['address', yamlText(probe.address)]];
		}

		case 'address': {
			return [['address', yamlText(probe.address)], ['interface', mapped(probe.interface, yamlText)]];
		}

		case 'interface': {
			return [['interface', yamlText(probe.interface)]];
		}

		case 'command': {
			return [['command', listText(probe.command)], ['reports', String(probe.isReporting)]];
		}

		case 'unit': {
			return [['unit', yamlText(probe.unit)]];
		}

		case 'farm': {
			return [['run-dir', yamlText(probe.runDir)]];
		}

		case 'file': {
			const {path, isAbsent, ageMaxMs, freeBytesMin} = probe;
			return [['path', yamlText(path)], ['absent', String(isAbsent)], ['age-max', mapped(ageMaxMs, renderDuration)], ['free-min', mapped(freeBytesMin, renderSize)]];
		}

		case 'dns': {
			const {server, port, name, record: kind, expect} = probe;
			return [['server', yamlText(server)], ['port', String(port)], ['query', yamlText(name)], ['record', kind], ['expect', mapped(expect, yamlText)]];
		}

		case 'expression': {
			return [['of', yamlText(probe.of)]];
		}

		default: {
			return probe satisfies never;
		}
	}
}

function httpKeys({url, method, status, body, headers, isVerified, authorities, expiryWarningMs}: Extract<Probe, {type: 'http'}>): Key[] {
	const tls: readonly Key[] = [['verify', String(isVerified)], ['authorities', mapped(authorities, yamlText)], ['expiry-warning', renderDuration(expiryWarningMs)]];
	return [
		['url', yamlText(url)], ['method', method], ['status', `[${status.map(range => rangeText(range)).join(', ')}]`], ['body', mapped(body, yamlText)], ['headers', mapText(headers)],
		...url.startsWith('https:') ? tls : [],
	];
}

function renderNotify({level, groupMs, webhook, mail}: Notify): string {
	return record([
		['level', level],
		['group', renderDuration(groupMs)],
		['webhook', webhook && record([['url', yamlText(webhook.url)], ['headers-file', mapped(webhook.headersFile, yamlText)]])],
		['mail', mail && record([
			['server', yamlText(mail.server)], ['port', String(mail.port)], ['from', yamlText(mail.from)], ['to', listText(mail.to)],
			['user', mapped(mail.user, yamlText)], ['password-file', mapped(mail.passwordFile, yamlText)],
		])],
	]);
}

const record = (keys: readonly Key[]): string => `{${written(keys).map(([key, value]) => `${key}: ${value}`).join(', ')}}`;

const written = (keys: readonly Key[]): WrittenKey[] => keys.filter((key): key is WrittenKey => key[1] !== undefined);

const listText = (texts: readonly string[]): string => `[${texts.map(text => yamlText(text)).join(', ')}]`;

const mapText = (map: Readonly<Record<string, string>>): string => record(Object.entries(map).map(([key, value]) => [yamlText(key), yamlText(value)]));

const rangeText = ({from, to}: PortRange): string => from === to ? String(from) : `${from}-${to}`;

const mapped = <T>(value: T | undefined, render: (value: T) => string): string | undefined => value === undefined ? undefined : render(value);
