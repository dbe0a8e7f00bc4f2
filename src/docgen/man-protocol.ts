/**
The figures and tables of farmctl(7) that are made of the code: states, times, a failure, the life of an application. Pure. `npm run docs` puts them between marks of the page, and a test
holds the page to them.
*/

import {lifeRows} from '../core/application/life.js';
import {deriveTiming} from '../core/config/timing.js';
import {ownTransitions, peerTransitions} from '../core/membership/transitions.js';
import {failureFigure} from './failure-figure.js';
import {manExample} from './man-text.js';
import {marksOf, withMarked} from './marked.js';
import {stateFigure} from './state-figure.js';
import {inequalityLines, timingLines} from './timing-table.js';

/** Beside the indentation, what a terminal of 80 columns has room for. */
const width = 71;

const figures = (): ReadonlyArray<readonly [name: string, source: string, lines: readonly string[]]> => {
	const timing = deriveTiming({});
	return [
		['times', 'the timing', timingLines(timing)],
		['inequalities', 'the timing', inequalityLines(timing)],
		['states', 'the table of transitions', stateFigure(ownTransitions, {states: ['OFF', 'STARTING', 'WAIT', 'UP', 'DRAINING', 'STOP', 'STOPPING'], gap: 7, width})],
		['states of peers', 'the table of transitions', stateFigure(peerTransitions.filter(({from}) => !from.includes('UNKNOWN')), {states: ['DEAD', 'OFF', 'STARTING', 'WAIT', 'UP', 'DRAINING', 'STOP', 'STOPPING'], gap: 7, width})],
		['life of an application', 'the table of its life', stateFigure(lifeRows, {states: ['STOP', 'STARTING', 'UP', 'DRAINING', 'WAIT', 'STOPPING', 'ENDED'], gap: 7, width})],
		['failure', 'the timing', failureFigure(timing)],
	];
};

/** The page with its figures made anew; throws where a mark is missing, since the page is ours. */
export const withProtocolFigures = (page: string): string =>
	figures().reduce((text, [name, source, lines]) => withMarked(text, marksOf(name, source), manExample(lines)), page);
