/** How long the program takes to say something, against the same Node that does nothing. */

import {execFileSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {median, takeTurns} from './measure.js';
import {inMs, type Part, type Row} from './result.js';

const program = path.join(import.meta.dirname, '../../../bin/farmctl');

/** Farmctl takes at most this many times what a bare Node takes. */
const startUpRatioMax = 5;

/** The launcher takes the Node that runs this; npm's own settings slow neither side down. */
const env = Object.fromEntries([...Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') && !name.startsWith('NODE_')), ['FARMCTL_NODEJS', process.execPath]]);

const start = (file: string, ...words: readonly string[]): void => {
	execFileSync(file, words, {env, stdio: ['ignore', 'ignore', 'inherit']});
};

export const startUp: Part = {
	title: 'start-up',
	whyNot: () => undefined,
	async run({isShort}) {
		const times = await takeTurns({
			bare() {
				start(process.execPath, '-e', '0');
			},
			'--version'() {
				start(program, '--version');
			},
			'status --help'() {
				start(program, 'status', '--help');
			},
		}, {rounds: isShort ? 15 : 31, warmUps: 2});
		const bareMs = median(times.bare);
		return (['--version', 'status --help'] as const).map((verb): Row => {
			const ms = median(times[verb]);
			return {
				what: `start-up of \`farmctl ${verb}\``,
				measured: inMs(ms),
				against: `\`node -e 0\`: ${inMs(bareMs)}`,
				ratio: ms / bareMs,
				promise: {text: `≤ ${startUpRatioMax}×`, isKept: ms <= startUpRatioMax * bareMs},
			};
		});
	},
};
