/** Toned lines as Ink text, one below the other. */

import type {JSX} from 'react';
import {Box, Text} from 'ink';
import type {Tone} from '../core/status/node-row.js';
import type {Line} from './line.js';

type Style = {readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean};

const styles: Readonly<Record<Tone, Style>> = {
	good: {color: 'green'}, warn: {color: 'yellow'}, bad: {color: 'red', bold: true}, dim: {dimColor: true}, strong: {bold: true}, plain: {},
};

export function Lines({lines}: {readonly lines: readonly Line[]}): JSX.Element {
	return (
		<Box flexDirection='column'>
			{lines.map((line, index) => (
				<Text key={index} wrap='truncate-end'>
					{line.length === 0 ? ' ' : line.map(({tone, text}, piece) => <Text key={piece} {...styles[tone]}>{text}</Text>)}
				</Text>
			))}
		</Box>
	);
}
