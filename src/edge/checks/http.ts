/**
A server answers a request as it should: by status, and where that is asked for by its body, which is read up to a bound, whatever the server sends. Each probe
makes a connection of its own, as a new client does. Redirections are answers like others and not followed.
*/

import http, {type ClientRequest, type IncomingMessage} from 'node:http';
import https from 'node:https';
import {TLSSocket, type SecureContext} from 'node:tls';
import type {Probe} from '../../core/model/application.js';
import {trustedBy} from './authorities.js';
import {tlsReason, certificateWarning} from './certificate.js';
import {networkReason} from './network-reason.js';
import {matches} from './pattern.js';
import {down, up, type Finding} from './port.js';
import {settleOnce} from './settle.js';

export type HttpProbe = Extract<Probe, {type: 'http'}>;

/** Of a body so much is read; the pattern must match in that. */
export const bodyBytesMax = 256 * 1024;

export async function probeHttp(probe: HttpProbe, signal: AbortSignal): Promise<Finding> {
	if (!isSecure(probe) || !probe.isVerified) {
		return ask(probe, undefined, signal);
	}

	const trusted = await trustedBy(probe.authorities).catch((error: unknown) => down(`cannot read the authorities: ${(error as Error).message}`));
	return trusted !== undefined && 'outcome' in trusted ? trusted : ask(probe, trusted, signal);
}

const isSecure = ({url}: HttpProbe): boolean => url.startsWith('https:');

/** How far an exchange came, for the reason of a timeout. */
type Progress = {stage: 'connect' | 'secure' | 'answer' | 'body'; bytes: number; warning?: string | undefined};

async function ask(probe: HttpProbe, trusted: SecureContext | undefined, signal: AbortSignal): Promise<Finding> {
	const progress: Progress = {stage: 'connect', bytes: 0};
	const {host} = new URL(probe.url);
	return settleOnce(signal, () => stageText(progress, host), settle => {
		const request = startRequest(probe, trusted);
		followConnection(request, probe, progress);
		request.on('error', error => {
			settle(down(tlsReason(error, host) ?? networkReason(host, error)));
		});
		request.on('response', response => {
			judge(probe, {response, progress, settle});
		});
		request.end();
		return () => {
			request.destroy();
		};
	});
}

function startRequest(probe: HttpProbe, secureContext: SecureContext | undefined): ClientRequest {
	const {url, method, headers, isVerified} = probe;
	const options = {method, agent: false, headers: {'user-agent': 'farmctl', ...headers}} as const;
	// Handed through to `tls.connect`, which makes one for each connection otherwise.
	const secured = {...options, rejectUnauthorized: isVerified, ...secureContext && {secureContext}};
	return isSecure(probe) ? https.request(url, secured) : http.request(url, options);
}

function followConnection(request: ClientRequest, probe: HttpProbe, progress: Progress): void {
	request.on('socket', socket => {
		socket.on('connect', () => {
			progress.stage = isSecure(probe) ? 'secure' : 'answer';
		});
		socket.on('secureConnect', () => {
			progress.stage = 'answer';
			if (socket instanceof TLSSocket) {
				progress.warning = certificateWarning(socket.getPeerCertificate(true), probe.expiryWarningMs, Date.now());
			}
		});
	});
}

type Judging = {readonly response: IncomingMessage; readonly progress: Progress; readonly settle: (finding: Finding) => void};

function judge(probe: HttpProbe, {response, progress, settle}: Judging): void {
	const status = response.statusCode ?? 0;
	const answer = `${status} ${http.STATUS_CODES[status] ?? ''}`.trim();
	if (!probe.status.some(({from, to}) => status >= from && status <= to)) {
		const place = response.headers.location === undefined ? '' : ` to ${response.headers.location}`;
		settle(down(`answered ${answer}${place}, expected ${statusText(probe)}`));
		return;
	}

	if (probe.body === undefined) {
		settle(up(`answered ${answer}`, progress.warning));
		return;
	}

	progress.stage = 'body';
	const {body: pattern} = probe;
	readBody(response, progress, (body, isWhole) => {
		settle(judgeBody(pattern, {body, isWhole, answer, warning: progress.warning}));
	});
}

/** Calls once, with all of it or the first `bodyBytesMax`; never when the connection breaks before, which is the request's error then. */
function readBody(response: IncomingMessage, progress: Progress, done: (body: string, isWhole: boolean) => void): void {
	const chunks: Buffer[] = [];
	response.on('data', (chunk: Buffer) => {
		chunks.push(chunk);
		progress.bytes += chunk.length;
		if (!(progress.bytes >= bodyBytesMax)) {
			return;
		}

		response.destroy();
		done(Buffer.concat(chunks).toString('utf8', 0, bodyBytesMax), false);
	});
	response.on('end', () => {
		done(Buffer.concat(chunks).toString('utf8'), true);
	});
}

type Body = {readonly body: string; readonly isWhole: boolean; readonly answer: string; readonly warning: string | undefined};

function judgeBody(pattern: string, {body, isWhole, answer, warning}: Body): Finding {
	const isMatch = matches(pattern, body);
	if (isMatch === true) {
		return up(`answered ${answer}, and the body matches`, warning);
	}

	const what = isWhole ? 'the body' : `the first ${bodyBytesMax / 1024} KiB of a longer body`;
	const found = body.trim() === '' ? 'it is empty' : body.slice(0, 300);
	return down(`answered ${answer}, but ${isMatch === undefined ? `the pattern takes too long on ${what}: simplify it` : `${what} does not match: ${found}`}`);
}

const statusText = ({status}: HttpProbe): string => status.map(({from, to}) => from === to ? String(from) : `${from} to ${to}`).join(' or ');

function stageText({stage, bytes}: Progress, host: string): string {
	switch (stage) {
		case 'connect': {
			return `${host}: no answer to the connection request`;
		}

		case 'secure': {
			return `${host}: accepts connections, but TLS is not established`;
		}

		case 'answer': {
			return `${host}: accepts connections, but has not answered the request`;
		}

		case 'body': {
			return `${host}: began to answer, but its body has not ended (${bytes} bytes so far)`;
		}

		default: {
			return stage satisfies never;
		}
	}
}
