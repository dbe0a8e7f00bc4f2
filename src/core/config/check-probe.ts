/** What a check looks at: addresses, patterns and names that must mean something. */

import {parseAddress} from '../model/address.js';
import type {Probe} from '../model/application.js';
import {expiryWarningDefault} from './check-keys.js';
import {checkProcess} from './check-process.js';
import {parseDuration} from './duration.js';
import type {RawCheck, RawServices} from './keys.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';
import type {Path} from './tree.js';

export type RawOf<Type extends RawCheck['variant']> = Extract<RawCheck, {variant: Type}>;

/** `path` is that of the check. */
export type CheckPlace = {readonly path: Path; readonly services: NonNullable<RawServices>; readonly report: Report};

/** The probe, or nothing where a part of it is wrong or missing. */
export const checkProbe = (raw: RawCheck, place: CheckPlace): Probe | undefined =>
	(probeOf[raw.variant] as (raw: RawCheck, place: CheckPlace) => Probe | undefined)(raw, place);

const probeOf: {readonly [Type in RawCheck['variant']]: (raw: RawOf<Type>, place: CheckPlace) => Probe | undefined} = {
	process: checkProcess,
	tcp({port, ...raw}, place) {
		const address = checkAddress(raw.address, 'address', place);
		return address === undefined || port === undefined ? undefined : {type: 'tcp', address, port};
	},
	http: checkHttp,
	ping(raw, place) {
		const address = checkAddress(raw.address, 'address', place);
		return address === undefined ? undefined : {type: 'ping', address};
	},
	interface: raw => raw.interface === undefined ? undefined : {type: 'interface', interface: raw.interface},
	address(raw, place) {
		const address = checkAddress(raw.address, 'address', place);
		return address === undefined ? undefined : {type: 'address', address, interface: raw.interface};
	},
	command: ({command, reports}) => command === undefined || reports === undefined ? undefined : {type: 'command', command, isReporting: reports},
	unit: ({unit}) => unit === undefined ? undefined : {type: 'unit', unit},
	farm: raw => raw['run-dir'] === undefined ? undefined : {type: 'farm', runDir: raw['run-dir']},
	file: checkFile,
	dns: checkDns,
	udp: checkUdp,
	expression: ({of}) => of === undefined ? undefined : {type: 'expression', of},
};

/** Canonical text; a loopback address is as good as another here. */
function checkAddress(text: string | undefined, key: string, {path, report}: CheckPlace): string | undefined {
	const address = text === undefined ? undefined : parseAddress(text);
	if (text !== undefined && !address) {
		report([...path, key], `${quote(text)} is not an IPv4 or IPv6 address`);
	}

	return address?.text;
}

const httpsOnly = ['verify', 'authorities', 'expiry-warning'] as const;

function checkHttp(raw: RawOf<'http'>, {path, report}: CheckPlace): Probe | undefined {
	const {url, method, status, body, headers, verify, authorities, 'expiry-warning': expiryWarning} = raw;
	for (const key of url?.startsWith('http:') ? httpsOnly.filter(name => raw[name] !== undefined) : []) {
		report([...path, key], `${key} is for https, and the address begins with http:`, {at: 'key', hint: 'url: "https://…", or leave it out'});
	}

	if (body !== undefined && method === 'HEAD') {
		report([...path, 'body'], 'an answer to the method HEAD has no body', {at: 'key', hint: 'method: GET'});
	}

	reportPattern(body, [...path, 'body'], report);
	const ranges = status?.filter(range => range !== undefined);
	const pairs = headers?.flatMap(({key, value}) => value === undefined ? [] : [[key, value] as const]);
	return url === undefined || method === undefined || !ranges || !pairs ? undefined : {
		type: 'http', url, method, status: ranges, body, headers: Object.fromEntries(pairs),
		isVerified: verify ?? true, authorities, expiryWarningMs: expiryWarning ?? parseDuration(expiryWarningDefault)!,
	};
}

const compile = (pattern: string): RegExp => new RegExp(pattern, 'u');

function reportPattern(text: string | undefined, path: Path, report: Report): void {
	try {
		compile(text ?? '');
	} catch (error) {
		const reason = error instanceof Error ? error.message.replace(/^.*: /u, '') : String(error);
		report(path, `${quote(text ?? '')} is not a regular expression: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`, {
			hint: String.raw`before a character that has a meaning, such as ( or ?, stands a backslash: \(`,
		});
	}
}

function checkFile(raw: RawOf<'file'>, {path, report}: CheckPlace): Probe | undefined {
	const {path: file, absent: isAbsent, 'age-max': ageMaxMs, 'free-min': freeBytesMin} = raw;
	const without = (['age-max', 'free-min'] as const).filter(key => raw[key] !== undefined);
	for (const key of isAbsent ? without : []) {
		report([...path, key], `a file that must be absent has no ${key}`, {at: 'key', hint: `a check of its own for ${key}, or leave it out`});
	}

	return file === undefined || isAbsent === undefined ? undefined : {
		type: 'file', path: file, isAbsent, ageMaxMs, freeBytesMin,
	};
}

function checkDns({port, query: name, record, ...raw}: RawOf<'dns'>, place: CheckPlace): Probe | undefined {
	const server = checkAddress(raw.server, 'server', place);
	const expect = checkAddress(raw.expect, 'expect', place);
	if (expect !== undefined && record !== undefined && expect.includes(':') !== (record === 'AAAA')) {
		place.report([...place.path, 'expect'], `no record ${record} says ${expect}`, {hint: `record: ${record === 'A' ? 'AAAA' : 'A'}`});
	}

	return server === undefined || port === undefined || name === undefined || record === undefined ? undefined : {
		type: 'dns', server, port, name, record, expect,
	};
}

function checkUdp({port, send, expect, ...raw}: RawOf<'udp'>, place: CheckPlace): Probe | undefined {
	const address = checkAddress(raw.address, 'address', place);
	reportPattern(expect, [...place.path, 'expect'], place.report);
	return address === undefined || port === undefined || send === undefined ? undefined : {
		type: 'udp', address, port, send, expect,
	};
}
