/** Runs the live view on the terminal's alternate screen and gives the terminal back as it was, however it ends. */

import {render} from 'ink';
import {Top} from './Top.js';
import type {TopSource} from './use-top.js';

/** Between two questions to the daemon. */
export const topIntervalMs = 500;

/** Resolves when the person quits; rejects with what made the view fail, after the terminal has been given back. */
export async function runTop(source: TopSource): Promise<void> {
	// Interactive by decree: the caller has seen that both ends are a terminal, and a CI variable in the environment does not change that.
	const {waitUntilExit} = render(<Top source={source}/>, {alternateScreen: true, exitOnCtrlC: false, interactive: true});
	await waitUntilExit();
}
