/** The demo as plain lines, for pipes and logs. */

import {ratesBetween, type DemoMoment, type DemoSample} from './demo-moment.js';
import {renderSummary} from './summary.js';

const lineEveryMs = 1000;

export type LineState = {
	readonly nodes: readonly string[];
	/** The sample that the last line was about. */
	readonly told: DemoSample | undefined;
};

export const firstLineState: LineState = {nodes: [], told: undefined};

/** What to print for this moment, and the state for the next one. */
export function linesOf(state: LineState, moment: DemoMoment): {readonly state: LineState; readonly lines: readonly string[]} {
	switch (moment.kind) {
		case 'begin': {
			return {
				state: {...state, nodes: moment.nodes},
				lines: [`${moment.nodes.length} nodes ${moment.isRootless ? 'without root' : 'as root'}, ${moment.clients} client addresses, detection ${moment.detectionMs} ms`],
			};
		}

		case 'phase': {
			return {state, lines: [`* ${moment.title}`]};
		}

		case 'sample': {
			return state.told !== undefined && moment.atMs - state.told.atMs < lineEveryMs
				? {state, lines: []}
				: {state: {...state, told: moment}, lines: [sampleLine(state, moment)]};
		}

		case 'trouble': {
			return {state, lines: []};
		}

		case 'phase-end': {
			const {failed, broken, longestWaitMs} = moment;
			return {state, lines: [`  ${failed} failed requests, ${broken} broken connections, longest wait ${longestWaitMs} ms`]};
		}

		case 'summary': {
			return {state, lines: ['', ...renderSummary(moment)]};
		}
	}
}

function sampleLine({nodes, told}: LineState, moment: DemoSample): string {
	const shares = ratesBetween(told, moment, nodes)
		.map(({node, share, perSecond}) => `${node} ${String(Math.round(share * 100)).padStart(3)} % ${String(perSecond).padStart(4)}/s`);
	return `${(moment.atMs / 1000).toFixed(1).padStart(6)} s  ${shares.join('  ')}  waiting ${moment.waiting}`;
}
