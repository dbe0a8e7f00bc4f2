/** A server resolves a name. Asked directly: neither this machine's hosts file nor its search domains count. */

import {Resolver} from 'node:dns/promises';
import {canonicalAddress} from '../../core/model/address.js';
import type {Probe} from '../../core/model/application.js';
import {endpointText} from './network-reason.js';
import {down, timedOut, up, type Finding} from './port.js';

type DnsProbe = Extract<Probe, {type: 'dns'}>;

/** Longer than any probe: the probe's own timeout decides. */
const queryMs = 3_600_000;

const meanings: Readonly<Record<string, string>> = {
	ENOTFOUND: 'says that there is no such name',
	ENODATA: 'has no such record of the name',
	ESERVFAIL: 'could not resolve the name (SERVFAIL)',
	EREFUSED: 'refuses to answer (REFUSED)',
	ECONNREFUSED: 'cannot be asked: nothing listens there, or there is no way to it',
	EBADRESP: 'sends what is no DNS answer',
	EFORMERR: 'does not understand the question (FORMERR)',
	ENOTIMP: 'does not answer such questions (NOTIMP)',
};

export async function probeDns(probe: DnsProbe, signal: AbortSignal): Promise<Finding> {
	const server = `the server ${endpointText(probe.server, probe.port)}`;
	if (signal.aborted) {
		return timedOut(`no answer from ${server}`);
	}

	const resolver = new Resolver({timeout: queryMs, tries: 1});
	resolver.setServers([endpointText(probe.server, probe.port)]);
	const cancel = (): void => {
		resolver.cancel();
	};

	signal.addEventListener('abort', cancel);
	try {
		const addresses = probe.record === 'A' ? await resolver.resolve4(probe.name) : await resolver.resolve6(probe.name);
		return judge(probe, addresses);
	} catch (error) {
		const {code = '', message} = error as NodeJS.ErrnoException;
		return ['ECANCELLED', 'ETIMEOUT'].includes(code) ? timedOut(`no answer from ${server}`) : down(`${server} ${meanings[code] ?? message}: ${probe.name} ${probe.record}`);
	} finally {
		signal.removeEventListener('abort', cancel);
	}
}

function judge({name, record, expect}: DnsProbe, addresses: readonly string[]): Finding {
	const found = `${name} ${record} ${addresses.join(' ')}`;
	return expect === undefined || addresses.some(address => canonicalAddress(address) === canonicalAddress(expect)) ? up(found) : down(`${found}, expected ${expect}`);
}
