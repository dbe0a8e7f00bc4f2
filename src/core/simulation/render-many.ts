/** Many runs as people read them: what fails with the command that replays it, then the figures. */

import {figures, type Figure, type Many} from './many.js';

export type Seeds = {readonly firstSeed: number; readonly count: number; readonly commandOf: (seed: number) => string};

export function renderMany(many: Many, {firstSeed, count, commandOf}: Seeds): string {
	const failed = many.failed();
	const spreads = many.spreads();
	return [
		...failed.map(({seed, reason}) => `seed ${seed}: ${reason}\n  ${commandOf(seed)}`),
		`${count} runs, seeds ${firstSeed} to ${firstSeed + count - 1}: ${failed.length === 0 ? 'all well' : `${failed.length} FAILED`}`,
		...(Object.keys(figures) as Figure[]).flatMap(figure => {
			const spread = spreads[figure];
			return spread === undefined ? [] : [`  ${figures[figure]}: median ${shown(spread.median)}, worst ${shown(spread.worst)} (seed ${spread.worstSeed})`];
		}),
		'',
	].join('\n');
}

const shown = (value: number): number => Math.round(value * 10) / 10;
