/** What the verbs that change a configuration share: the text, who asks, and the daemon's answer. */

import {userInfo} from 'node:os';
import process from 'node:process';
import {createInterface} from 'node:readline/promises';
import {confirmMsMax, confirmMsMin, type ApplyAnswer, type PlanAnswer, type Version} from '../core/control/change-orders.js';
import {parseDuration} from '../core/config/duration.js';
import {request} from '../edge/control/client.js';
import {farmOf, readText} from '../edge/config/load.js';
import {UsageFailure} from '../errors.js';

/** Checking, switching and going back, of all nodes. */
const applyTimeoutMs = 90_000;

/** The text of the file, which says a farm. Rejects with a ConfigFailure that tells all problems. */
export async function readConfiguration(file: string): Promise<string> {
	const text = await readText(file);
	farmOf(text, file);
	return text;
}

export const askPlan = async (runDir: string, text: string): Promise<PlanAnswer> => await request(runDir, {verb: 'plan', text}, {timeoutMs: applyTimeoutMs}) as PlanAnswer;

export type Wish = {readonly text: string; readonly isLocal: boolean; readonly confirmMs: number | undefined; readonly disruptionMax: number | undefined};

export async function askApply(runDir: string, {text, isLocal, confirmMs, disruptionMax}: Wish): Promise<ApplyAnswer> {
	const answer = await request(runDir, {
		verb: 'apply', text, by: username(), isLocal, ...confirmMs !== undefined && {confirmMs}, ...disruptionMax !== undefined && {disruptionMaxThousandths: Math.round(disruptionMax * 1000)},
	}, {timeoutMs: applyTimeoutMs});
	return answer as ApplyAnswer;
}

export const askConfirm = async (runDir: string): Promise<ApplyAnswer> => await request(runDir, {verb: 'config-keep'}, {timeoutMs: applyTimeoutMs}) as ApplyAnswer;

export type AnsweredHistory = {readonly versions: readonly Version[]; readonly current: string};

export const askHistory = async (runDir: string): Promise<AnsweredHistory> => await request(runDir, {verb: 'config-history'}) as AnsweredHistory;

/** The version of that number, or the one before the newest. Throws a UsageFailure where there is none. */
export function versionToGoBackTo({versions}: AnsweredHistory, wanted: number | undefined): Version {
	const found = wanted === undefined ? versions.at(-2) : versions.find(({version}) => version === wanted);
	if (found === undefined) {
		const known = versions.map(({version}) => version).join(', ');
		throw new UsageFailure(wanted === undefined ? 'there is no configuration of before to go back to' : `there is no version ${wanted}`, {
			hint: known === '' ? 'nothing has been applied on this node yet' : `this node keeps ${known}; see: farmctl config history`,
		});
	}

	return found;
}

/** `5%` or `0.5%` as a fraction. Throws a UsageFailure. */
export function parsePercent(text: string | undefined): number | undefined {
	if (text === undefined) {
		return undefined;
	}

	const found = /^(\d{1,3}(?:\.\d+)?)%?$/u.exec(text);
	if (found === null || Number(found[1]) > 100) {
		throw new UsageFailure(`'${text}' is not a part such as 5%`, {hint: '--max-disruption 5%'});
	}

	return Number(found[1]) / 100;
}

/** Milliseconds. Throws a UsageFailure. */
export function parseConfirm(text: string | undefined): number | undefined {
	const ms = text === undefined ? undefined : parseDuration(text);
	if (text !== undefined && (ms === undefined || ms < confirmMsMin || ms > confirmMsMax)) {
		throw new UsageFailure(`'${text}' is not a time to confirm in`, {hint: `from ${confirmMsMin / 1000}s to ${confirmMsMax / 3_600_000}h, such as --confirm 60s`});
	}

	return ms;
}

/** Whether the person at the terminal says yes; where there is no terminal, nobody is asked. */
export async function isAgreed(question: string, isYes: boolean): Promise<boolean> {
	if (isYes || !process.stdin.isTTY || !process.stderr.isTTY) {
		return true;
	}

	const terminal = createInterface({input: process.stdin, output: process.stderr});
	try {
		return /^y(?:es)?$/iu.test((await terminal.question(`${question} [y/N] `)).trim());
	} finally {
		terminal.close();
	}
}

const username = (): string => process.env.SUDO_USER ?? userInfo().username;
