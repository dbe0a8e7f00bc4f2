/** The live view: asks, draws, listens to keys. What it shows is decided in `top-view.ts`. */

import type {JSX} from 'react';
import {Box, useApp, useInput, useWindowSize} from 'ink';
import {Lines} from './Lines.js';
import {actionsOf} from './keymap.js';
import {topView} from './top-view.js';
import {useTop, type TopSource} from './use-top.js';

export function Top({source}: {readonly source: TopSource}): JSX.Element {
	const {exit} = useApp();
	const {columns, rows} = useWindowSize();
	const {model, nowMs, act} = useTop(source);
	// One line stays free: a frame as high as the screen makes the terminal scroll.
	const view = topView(model, nowMs, {columns, rows: rows - 1});
	useInput((input, key) => {
		for (const action of actionsOf(input, key)) {
			if (action === 'quit') {
				exit();
			} else {
				act(action, view.scrollMax);
			}
		}
	});
	return (
		<Box flexDirection='column' height={rows - 1} width={columns}>
			<Lines lines={view.header}/>
			<Lines lines={view.body}/>
			<Box flexGrow={1}/>
			<Lines lines={view.events}/>
			<Lines lines={view.footer}/>
		</Box>
	);
}
