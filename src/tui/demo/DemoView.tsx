/** The demo on a terminal: the steps with what each cost, a share bar for each node, and the verdict at the end. */

import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import type {DemoModel, NodeView, StepView} from './demo-model.js';

const barWidth = 30;

const marks: Readonly<Record<StepView['mark'], string>> = {
	ahead: ' ', now: '>', clean: '+', disturbed: '!',
};

export function DemoView({model}: {readonly model: DemoModel}): ReactNode {
	const {heading, steps, nodes, totals, summary} = model;
	return (
		<Box flexDirection='column'>
			<Text bold>farmctl demo: {heading}</Text>
			<Box flexDirection='column' marginTop={1}>
				{steps.map(step => <Step key={step.phase} step={step}/>)}
			</Box>
			<Box flexDirection='column' marginTop={1}>
				{nodes.map(node => <Node key={node.node} node={node}/>)}
				<Text dimColor={totals.waiting + totals.failed + totals.broken === 0}>
					clients waiting {totals.waiting}, failed requests {totals.failed}, broken connections {totals.broken}
				</Text>
			</Box>
			{summary.length > 0 && (
				<Box flexDirection='column' marginTop={1}>
					{summary.map((line, index) => <SummaryLine key={index} line={line}/>)}
				</Box>
			)}
		</Box>
	);
}

function Step({step: {mark, title, cost}}: {readonly step: StepView}): ReactNode {
	return (
		<Text dimColor={mark === 'ahead'} bold={mark === 'now'}>
			{marks[mark]} {title}{cost === '' ? '' : `: ${cost}`}
		</Text>
	);
}

function Node({node: {node, share, perSecond, condition}}: {readonly node: NodeView}): ReactNode {
	const filled = Math.round(share * barWidth);
	return (
		<Text>
			{node.padEnd(6)}
			<Text color='green'>{'█'.repeat(filled)}</Text>
			<Text dimColor>{'░'.repeat(barWidth - filled)}</Text>
			{` ${String(Math.round(share * 100)).padStart(3)} % ${String(perSecond).padStart(5)}/s `}
			<Text color='red'>{condition}</Text>
		</Text>
	);
}

function SummaryLine({line}: {readonly line: string}): ReactNode {
	if (line.startsWith('BROKEN') || line.startsWith('Not all')) {
		return <Text color='red'>{line}</Text>;
	}

	return line.startsWith('kept') || line.startsWith('All') ? <Text color='green'>{line}</Text> : <Text>{line === '' ? ' ' : line}</Text>;
}
