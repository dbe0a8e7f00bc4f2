/** Draws the demo on the terminal as its moments come. */

import {render} from 'ink';
import type {DemoMoment} from '../../core/lab/demo-moment.js';
import {DemoView} from './DemoView.js';
import {firstModel, stepDemo} from './demo-model.js';

/** Shows the view; `tell` feeds it, `close` leaves its last state on the terminal. Ctrl-C stays a signal. */
export function showDemo(): {tell: (moment: DemoMoment) => void; close: () => void} {
	let model = firstModel;
	const view = render(<DemoView model={model}/>, {exitOnCtrlC: false, patchConsole: false});
	return {
		tell(moment) {
			model = stepDemo(model, moment);
			view.rerender(<DemoView model={model}/>);
		},
		close() {
			view.unmount();
		},
	};
}
