/** A systemd unit is active. Asked of systemctl each interval, and at once when its main process has died. */

import type {Probe} from '../../core/model/application.js';
import {isZombie, lookAtProcess} from '../program/processes.js';
import {describeUnit, showUnit, type UnitState} from '../services/systemctl.js';
import {down, up, type Finding} from './port.js';
import {createProcessWatch, type ProcessWatch} from './process-watch.js';
import {settleOnce} from './settle.js';
import type {ProcessParts, Source} from './source.js';

/** For checks of a process by its unit: its main process, or why there is none. */
export async function pidOfUnit(unit: string, signal?: AbortSignal): Promise<number | string> {
	const state = await showUnit(unit, signal);
	if ('problem' in state) {
		return state.problem;
	}

	return state.mainPid > 0 ? state.mainPid : judge(unit, state).reason;
}

export function createUnitSource({unit}: Extract<Probe, {type: 'unit'}>, {deaths}: ProcessParts): Source {
	let watch: ProcessWatch | undefined;
	const find = async (signal?: AbortSignal): Promise<Finding> => {
		const state = await showUnit(unit, signal);
		if ('problem' in state) {
			return down(`${unit}: ${state.problem}`);
		}

		const main = state.mainPid > 0 ? lookAtProcess(state.mainPid) : undefined;
		const isDead = state.mainPid > 0 && (main === undefined || isZombie(main));
		await watch?.follow(main === undefined || isDead ? [] : [main]);
		return isDead ? down(`${unit}: its main process (pid ${state.mainPid}) has died`) : judge(unit, state);
	};

	return {
		find: async signal => settleOnce(signal, () => `${unit}: systemctl does not answer: does systemd hang?`, settle => {
			void find(signal).then(settle);
			return () => undefined;
		}),
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

const activeStates = new Set(['active', 'reloading', 'refreshing']);

function judge(unit: string, state: UnitState): Finding {
	switch (state.load) {
		case 'not-found': {
			return down(`there is no unit ${unit}`);
		}

		case 'masked': {
			return down(`${unit} is masked: systemctl unmask ${unit}`);
		}

		case 'error':
		case 'bad-setting': {
			return down(`${unit} cannot be loaded: systemctl status ${unit}`);
		}

		default: {
			const text = `${unit} ${describeUnit(state)}`;
			return activeStates.has(state.active) ? up(text) : down(text);
		}
	}
}
