/** What a check looks at: addresses, patterns and names that must mean something. */

import {parseAddress} from '../model/address.js';
import type {ProcessKey, Probe} from '../model/application.js';
import type {RawCheck} from './check-checks.js';
import {expiryWarningDefault} from './check-keys.js';
import {parseDuration} from './duration.js';
import type {RawServices} from './keys.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';
import {suggest} from './suggest.js';
import type {Path} from './tree.js';

type Services = NonNullable<RawServices>;
type RawOf<Type extends RawCheck['variant']> = Extract<RawCheck, {variant: Type}>;

/** The probe, or nothing where a part of it is wrong. `path` is that of the check. */
export function checkProbe(raw: RawCheck, path: Path, services: Services, report: Report): Probe | undefined {
	const addressOf = (key: string, text: string | undefined): string | undefined => text === undefined ? undefined : checkAddress(text, [...path, key], report);
	switch (raw.variant) {
		case 'process': {
			return processProbe(raw, path, services, report);
		}

		case 'http': {
			return httpProbe(raw, path, report);
		}

		case 'file': {
			return fileProbe(raw, path, report);
		}

		case 'dns': {
			return dnsProbe(raw, path, report);
		}

		case 'tcp': {
			const [address, {port}] = [addressOf('address', raw.address), raw];
			return address === undefined || port === undefined ? undefined : {type: 'tcp', address, port};
		}

		case 'udp': {
			const [address, {port, send, expect}] = [addressOf('address', raw.address), raw];
			return address === undefined || port === undefined || send === undefined ? undefined : {
				type: 'udp', address, port, send, expect,
			};
		}

		case 'ping': {
			const address = addressOf('address', raw.address);
			return address === undefined ? undefined : {type: 'ping', address};
		}

		case 'address': {
			const address = addressOf('address', raw.address);
			return address === undefined ? undefined : {type: 'address', address, interface: raw.interface};
		}

		case 'interface': {
			return raw.interface === undefined ? undefined : {type: 'interface', interface: raw.interface};
		}

		case 'command': {
			return raw.command === undefined || raw.reports === undefined ? undefined : {type: 'command', command: raw.command, isReporting: raw.reports};
		}

		case 'unit': {
			return raw.unit === undefined ? undefined : {type: 'unit', unit: raw.unit};
		}

		case 'farm': {
			return raw['run-dir'] === undefined ? undefined : {type: 'farm', runDir: raw['run-dir']};
		}

		case 'expression': {
			return raw.of === undefined ? undefined : {type: 'expression', of: raw.of};
		}

		default: {
			return raw satisfies never;
		}
	}
}

/** Canonical text; loopback addresses are as good as others here. */
function checkAddress(text: string, path: Path, report: Report): string | undefined {
	const address = parseAddress(text);
	if (!address) {
		report(path, `${quote(text)} is not an IPv4 or IPv6 address`);
	}

	return address?.text;
}

const processKeys = ['process', 'pid-file', 'unit', 'service'] as const;

function processProbe(raw: RawOf<'process'>, path: Path, services: Services, report: Report): Probe | undefined {
	const given = processKeys.filter(key => raw[key] !== undefined);
	const [first, second] = given;
	if (first === undefined || second !== undefined) {
		report(second === undefined ? path : [...path, second], second === undefined
			? `a check with type: process needs one of the keys ${processKeys.join(', ')}`
			: `a check with type: process has one of the keys ${processKeys.join(', ')}, and this one has ${given.join(' and ')}`, {at: 'key', hint: 'process: the name of the process'});
		return undefined;
	}

	const {'at-least': atLeast, 'at-most': atMost} = raw;
	const one = raw.service ?? raw.unit ?? raw['pid-file'];
	if (atMost !== undefined && atLeast !== undefined && atMost < atLeast) {
		report([...path, 'at-most'], `at most ${atMost} and at least ${atLeast} processes cannot be`);
	} else if (first !== 'process' && atLeast !== undefined && atLeast > 1) {
		report([...path, 'at-least'], `${quote(one ?? '')} is one process, and never ${atLeast}`, {hint: 'at-least is for process: NAME'});
	}

	const by = keyOf(raw, path, services, report);
	return !by || atLeast === undefined ? undefined : {
		type: 'process', by, atLeast, atMost,
	};
}

function keyOf({process: name, 'pid-file': pidFile, unit, service}: RawOf<'process'>, path: Path, services: Services, report: Report): ProcessKey | undefined {
	if (service !== undefined) {
		return reportService(service, path, services, report) ? {service} : undefined;
	}

	if (name !== undefined) {
		return {name};
	}

	if (pidFile !== undefined) {
		return {pidFile};
	}

	return unit === undefined ? undefined : {unit};
}

function reportService(name: string, path: Path, services: Services, report: Report): boolean {
	const names = services.map(service => service?.name);
	const known = names.filter(known => known !== undefined);
	const service = services[names.indexOf(name)];
	if (!service) {
		const close = suggest(name, known);
		const others = known.length === 0 ? 'it has no services: add it under \'services\'' : `the services are ${known.join(', ')}`;
		report([...path, 'service'], `the farm has no service ${quote(name)}`, {hint: close === undefined ? others : `did you mean '${close}'?`});
		return false;
	}

	if (service.variant === 'start') {
		report([...path, 'service'], `the service ${quote(name)} is started by a program that ends, so nobody knows its process`, {hint: 'process: its name, or pid-file: a file with its number'});
	}

	return service.variant !== 'start';
}

const httpsOnly = ['verify', 'authorities', 'expiry-warning'] as const;

function httpProbe(raw: RawOf<'http'>, path: Path, report: Report): Probe | undefined {
	const {url, method, status, body, headers, verify, authorities, 'expiry-warning': expiryWarning} = raw;
	for (const key of url?.startsWith('http:') ? httpsOnly : []) {
		if (raw[key] !== undefined) {
			report([...path, key], `${key} is for https, and the address begins with http:`, {at: 'key', hint: 'url: "https://…", or leave it out'});
		}
	}

	const isBodyRight = body === undefined || checkPattern(body, [...path, 'body'], report);
	if (body !== undefined && method === 'HEAD') {
		report([...path, 'body'], 'an answer to the method HEAD has no body', {at: 'key', hint: 'method: GET'});
	}

	const ranges = status?.filter(range => range !== undefined);
	const pairs = headers?.flatMap(({key, value}) => value === undefined ? [] : [[key, value] as const]);
	return isBodyRight && url !== undefined && method !== undefined && ranges !== undefined && pairs !== undefined
		? {
			type: 'http', url, method, status: ranges, body, headers: Object.fromEntries(pairs),
			isVerified: verify ?? true, authorities, expiryWarningMs: expiryWarning ?? parseDuration(expiryWarningDefault)!,
		}
		: undefined;
}

function checkPattern(text: string, path: Path, report: Report): boolean {
	try {
		return new RegExp(text, 'u') instanceof RegExp;
	} catch (error) {
		const reason = error instanceof Error ? error.message.replace(/^.*: /u, '') : String(error);
		report(path, `${quote(text)} is not a regular expression: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`, {hint: 'as in JavaScript with the flag u; before a character that has a meaning stands a backslash'});
		return false;
	}
}

function fileProbe(raw: RawOf<'file'>, path: Path, report: Report): Probe | undefined {
	const {path: file, absent: isAbsent, 'age-max': ageMaxMs, 'free-min': freeBytesMin} = raw;
	for (const key of isAbsent ? ['age-max', 'free-min'] as const : []) {
		if (raw[key] !== undefined) {
			report([...path, key], `a file that must be absent has no ${key}`, {at: 'key'});
		}
	}

	return file === undefined || isAbsent === undefined ? undefined : {
		type: 'file', path: file, isAbsent, ageMaxMs, freeBytesMin,
	};
}

function dnsProbe(raw: RawOf<'dns'>, path: Path, report: Report): Probe | undefined {
	const server = raw.server === undefined ? undefined : checkAddress(raw.server, [...path, 'server'], report);
	const expect = raw.expect === undefined ? undefined : checkAddress(raw.expect, [...path, 'expect'], report);
	const {port, query: name, record} = raw;
	if (expect !== undefined && record !== undefined && expect.includes(':') !== (record === 'AAAA')) {
		report([...path, 'expect'], `no record ${record} says ${expect}`, {hint: `record: ${record === 'A' ? 'AAAA' : 'A'}`});
	}

	return server === undefined || port === undefined || name === undefined || record === undefined || (raw.expect !== undefined && expect === undefined)
		? undefined
		: {
			type: 'dns', server, port, name, record, expect,
		};
}
