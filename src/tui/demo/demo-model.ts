/** What the demo's view shows, computed from the moments that have passed. Pure: the components only draw it. */

import {ratesBetween, type DemoMoment, type DemoSample} from '../../core/lab/demo-moment.js';
import {phaseNames, type PhaseName} from '../../core/lab/phases.js';
import {renderSummary} from '../../core/lab/summary.js';

/** Rates are those of about the last second. */
const samplesKept = 5;

export type StepView = {
	readonly phase: PhaseName;
	readonly mark: 'ahead' | 'now' | 'clean' | 'disturbed';
	readonly title: string;
	/** What the step cost, once it is over. */
	readonly cost: string;
};

export type NodeView = {
	readonly node: string;
	readonly share: number;
	readonly perSecond: number;
	/** What has been done to it, while that lasts. */
	readonly condition: '' | 'cut off' | 'stopped' | 'application dead';
};

export type DemoModel = {
	readonly heading: string;
	readonly nodes: readonly NodeView[];
	readonly steps: readonly StepView[];
	readonly samples: readonly DemoSample[];
	readonly totals: {readonly waiting: number; readonly failed: number; readonly broken: number};
	/** Empty until the end. */
	readonly summary: readonly string[];
	readonly isKept: boolean | undefined;
};

export const firstModel: DemoModel = {
	heading: 'bringing the lab up',
	nodes: [],
	steps: phaseNames.map(phase => ({phase, mark: 'ahead', title: phase, cost: ''})),
	samples: [],
	totals: {waiting: 0, failed: 0, broken: 0},
	summary: [],
	isKept: undefined,
};

/** The model after the next moment. */
export function stepDemo(model: DemoModel, moment: DemoMoment): DemoModel {
	switch (moment.kind) {
		case 'begin': {
			return {
				...model,
				heading: `${moment.nodes.length} nodes ${moment.isRootless ? 'without root' : 'as root'}, ${moment.clients} client addresses, detection ${moment.detectionMs} ms`,
				nodes: moment.nodes.map(node => ({node, share: 0, perSecond: 0, condition: ''})),
			};
		}

		case 'phase': {
			return {
				...model,
				nodes: model.nodes.map(one => one.node === moment.node ? {...one, condition: conditionOf(moment.phase)} : one),
				steps: model.steps.map(step => step.phase === moment.phase ? {...step, mark: 'now', title: moment.title} : step),
			};
		}

		case 'sample': {
			return withSample(model, moment);
		}

		case 'trouble': {
			return model;
		}

		case 'phase-end': {
			const {phase, failed, broken, longestWaitMs} = moment;
			const cost = `${failed} failed, ${broken} broken, longest wait ${longestWaitMs} ms`;
			const mark = failed + broken === 0 ? 'clean' : 'disturbed';
			return {...model, steps: model.steps.map(step => step.phase === phase ? {...step, mark, cost} : step)};
		}

		case 'summary': {
			return {...model, summary: renderSummary(moment), isKept: moment.areKept};
		}
	}
}

function withSample(model: DemoModel, sample: DemoSample): DemoModel {
	const rates = ratesBetween(model.samples[0], sample, model.nodes.map(({node}) => node));
	const {waiting, failed, broken} = sample;
	return {
		...model,
		nodes: model.nodes.map((one, index) => ({...one, share: rates[index]!.share, perSecond: rates[index]!.perSecond})),
		samples: [...model.samples, sample].slice(-samplesKept),
		totals: {waiting, failed, broken},
	};
}

function conditionOf(phase: PhaseName): NodeView['condition'] {
	switch (phase) {
		case 'cut': {
			return 'cut off';
		}

		case 'stop': {
			return 'stopped';
		}

		case 'kill': {
			return 'application dead';
		}

		case 'steady':
		case 'heal':
		case 'start':
		case 'mend': {
			return '';
		}
	}
}
