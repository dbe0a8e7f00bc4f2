/**
What a balancer that asks is told: 200 while the node is UP, 503 with the reason otherwise. One line of text, or JSON for those whose Accept header
prefers it (RFC 9110, section 12.5.1). A node that cannot say how it is, is not UP.
*/

import {printable} from '../../core/status/display-width.js';
import type {ProbeReport} from './report.js';

/** A reason is cut to so many characters: a line of a balancer's log. */
export const reasonLengthMax = 300;

export type ProbeQuestion = {readonly method: string | undefined; readonly accept: string | undefined};

export type ProbeAnswer = {readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string};

/** `report` is why there is none where it is text. */
export function probeAnswer(report: ProbeReport | string, {method, accept}: ProbeQuestion): ProbeAnswer {
	if (method !== 'GET' && method !== 'HEAD') {
		return answer(405, plain, 'ask with GET or HEAD', {allow: 'GET, HEAD'});
	}

	const status = typeof report !== 'string' && report.isUp ? 200 : 503;
	return prefersJson(accept ?? '') ? answer(status, 'application/json', JSON.stringify(fieldsOf(report))) : answer(status, plain, lineOf(report));
}

const plain = 'text/plain; charset=utf-8';

const answer = (status: number, type: string, line: string, more: Readonly<Record<string, string>> = {}): ProbeAnswer => {
	const body = `${line}\n`;
	return {
		status,
		headers: {
			'content-type': type, 'content-length': String(new TextEncoder().encode(body).length), 'cache-control': 'no-store', vary: 'accept', connection: 'close', ...more,
		},
		body,
	};
};

const cut = (reason: string): string => printable(reason).slice(0, reasonLengthMax);

const lineOf = (report: ProbeReport | string): string => typeof report === 'string'
	? `UNKNOWN: ${cut(report)}`
	: `${report.state}${report.reason === '' ? '' : `: ${cut(report.reason)}`}`;

const fieldsOf = (report: ProbeReport | string): object => typeof report === 'string'
	? {isUp: false, state: 'UNKNOWN', reason: cut(report)}
	: {
		isUp: report.isUp, state: report.state, ...report.reason !== '' && {reason: cut(report.reason)}, farm: report.farm, node: report.node,
	};

/** Text where both are wanted alike, or neither. */
function prefersJson(accept: string): boolean {
	const ranges = accept.split(',').map(range => rangeOf(range));
	return qualityOf(ranges, 'application', 'json') > qualityOf(ranges, 'text', 'plain');
}

type Range = {readonly type: string; readonly quality: number};

function rangeOf(text: string): Range {
	const [type = '', ...parameters] = text.toLowerCase().split(';').map(part => part.trim());
	const quality = Number(parameters.find(parameter => parameter.startsWith('q='))?.slice(2) ?? 1);
	return {type, quality: Number.isNaN(quality) ? 0 : quality};
}

/** That of the most specific range that names the type. */
function qualityOf(ranges: readonly Range[], type: string, subtype: string): number {
	const names = [`${type}/${subtype}`, `${type}/*`, '*/*'];
	return names.map(name => ranges.find(range => range.type === name)).find(range => range !== undefined)?.quality ?? 0;
}
