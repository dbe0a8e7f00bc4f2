/** The changes of one cycle, in their order. After each the farm is whole; after the last it is as before the first. */

import {writeShape, type ChangingFarm} from './farm.js';
import type {Change} from './play.js';
import type {Shape} from './shape.js';

export const cycle: readonly Change[] = [
	weightChange('drain (weight 0)', {web2: 0}),
	weightChange('start (weight 1)', {}),
	weightChange('weight 1 to 3', {web1: 3}),
	weightChange('weight 3 to 1', {}),
	restart('daemon restarted (SIGUSR2)', 'web3'),
];

function weightChange(kind: string, weights: Shape['weights']): Change {
	return {
		kind,
		async make(farm) {
			writeShape(farm, {...farm.shape, weights});
			reload(farm);
			await farm.whole();
		},
	};
}

/** Its connections are served by the kernel alone until the next daemon is there. */
function restart(kind: string, name: string): Change {
	return {
		kind,
		async make(farm) {
			farm.signal(name, 'SIGUSR2');
			await farm.ended(name);
			farm.start(name);
			await farm.whole();
		},
	};
}

function reload(farm: ChangingFarm): void {
	for (const name of farm.shape.nodes) {
		farm.signal(name, 'SIGHUP');
	}
}
