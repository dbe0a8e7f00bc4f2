/** A `RouterAdvertiser` that only notes what it was asked for. */

import type {RouterAdvertiser} from './port.js';

export type FakeRouterAdvertiser = RouterAdvertiser & {
	readonly calls: ReadonlyArray<'start' | 'stop' | 'close'>;
	readonly isRunning: () => boolean;
};

export function createFakeRouterAdvertiser(): FakeRouterAdvertiser {
	const calls: Array<'start' | 'stop' | 'close'> = [];
	return {
		calls,
		isRunning: () => calls.at(-1) === 'start',
		start() {
			calls.push('start');
		},
		stop() {
			calls.push('stop');
		},
		close() {
			calls.push('close');
		},
	};
}
