/** A systemd unit is active. Asked of systemctl each interval, and at once when its main process has died. */

import type {Probe} from '../../core/model/application.js';
import {isZombie, lookAtProcess} from '../program/processes.js';
import {runCommand} from '../program/run.js';
import {down, timedOut, up, type Finding} from './port.js';
import {createProcessWatch, type ProcessWatch} from './process-watch.js';
import type {ProcessParts, Source} from './source.js';

/** What systemctl(1) `show` tells of it; texts of systemd's own. */
export type UnitState = {readonly load: string; readonly active: string; readonly sub: string; readonly result: string; readonly mainPid: number};

/** Longer than any probe, whose signal decides. */
const askMs = 3_600_000;

const properties = ['LoadState', 'ActiveState', 'SubState', 'Result', 'MainPID'] as const;

/** The state, or why it is not known; undefined when the signal was aborted before. Never rejects. */
export async function readUnit(unit: string, signal?: AbortSignal): Promise<UnitState | string | undefined> {
	const result = await runCommand(['systemctl', 'show', `--property=${properties.join(',')}`, '--', unit], {timeoutMs: askMs, ...signal && {signal}});
	if (result.ending.kind === 'given-up') {
		return undefined;
	}

	if (!result.hasSucceeded) {
		return `systemctl ${result.reason}`;
	}

	const values = new Map(result.lines.map(line => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]));
	const [load = '', active = '', sub = '', reason = '', mainPid] = properties.map(name => values.get(name));
	return {load, active, sub, result: reason, mainPid: Number(mainPid ?? 0)};
}

/** For checks of a process by its unit: its main process, or why there is none. */
export async function pidOfUnit(unit: string, signal?: AbortSignal): Promise<number | string> {
	const state = await readUnit(unit, signal) ?? 'systemctl does not answer';
	if (typeof state === 'string') {
		return state;
	}

	return state.mainPid > 0 ? state.mainPid : judge(unit, state).reason;
}

export function createUnitSource({unit}: Extract<Probe, {type: 'unit'}>, {deaths}: ProcessParts): Source {
	let watch: ProcessWatch | undefined;
	const find = async (signal?: AbortSignal): Promise<Finding> => {
		const state = await readUnit(unit, signal);
		if (state === undefined) {
			return timedOut(`${unit}: systemctl does not answer: does systemd hang?`);
		}

		if (typeof state === 'string') {
			return down(`${unit}: ${state}`);
		}

		const main = state.mainPid > 0 ? lookAtProcess(state.mainPid) : undefined;
		const isDead = state.mainPid > 0 && (main === undefined || isZombie(main));
		await watch?.follow(main === undefined || isDead ? [] : [main]);
		return isDead ? down(`${unit}: its main process (pid ${state.mainPid}) has died`) : judge(unit, state);
	};

	return {
		find,
		watch(told) {
			watch = createProcessWatch(deaths, async dead => {
				const finding = await find();
				if (finding.outcome !== 'up') {
					told({...finding, reason: `${dead} has died: ${finding.reason}`, isCertain: true});
				}
			});
		},
		async close() {
			watch?.close();
		},
	};
}

function judge(unit: string, {load, active, sub, result}: UnitState): Finding {
	if (load === 'not-found') {
		return down(`there is no unit ${unit}`);
	}

	if (load === 'masked') {
		return down(`${unit} is masked: systemctl unmask ${unit}`);
	}

	if (load === 'error' || load === 'bad-setting') {
		return down(`${unit} cannot be loaded: systemctl status ${unit}`);
	}

	const text = `${unit} is ${active}${sub === active || sub === '' ? '' : ` (${sub})`}`;
	return ['active', 'reloading', 'refreshing'].includes(active) ? up(text) : down(result === 'success' || result === '' ? text : `${text}: ${result}; see systemctl status ${unit}`);
}
