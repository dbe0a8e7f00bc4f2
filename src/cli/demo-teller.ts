/** How the demo speaks: a live view on a terminal, plain lines elsewhere, JSON lines for scripts. */

import process from 'node:process';
import {firstLineState, linesOf} from '../core/lab/demo-lines.js';
import type {DemoMoment} from '../core/lab/demo-moment.js';

export type Teller = {
	readonly tell: (moment: DemoMoment) => void;
	readonly close: () => void;
};

/** The teller that fits standard output. */
export async function tellerFor({isJson, print}: {readonly isJson: boolean; readonly print: (text: string) => void}): Promise<Teller> {
	const close = (): void => undefined;
	if (isJson) {
		return {
			tell(moment) {
				print(JSON.stringify(moment));
			},
			close,
		};
	}

	if (process.stdout.isTTY) {
		const {showDemo} = await import('../tui/demo/show-demo.js');
		return showDemo();
	}

	let state = firstLineState;
	return {
		tell(moment) {
			const told = linesOf(state, moment);
			state = told.state;
			if (told.lines.length > 0) {
				print(told.lines.join('\n'));
			}
		},
		close,
	};
}
