/** How long the machine keeps programs from running: what it adds to an outage is not the farm's. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';

export type Stalls = {
	/** Milliseconds since the last call, all delays together. */
	readonly take: () => Promise<number>;
	readonly stop: () => void;
};

export function watchStalls(): Stalls {
	const child = spawn(process.execPath, [path.join(import.meta.dirname, '../fixtures/stalls.js')], {stdio: ['pipe', 'pipe', 'inherit']});
	child.stdout.setEncoding('utf8');
	return {
		async take() {
			child.stdin.write('\n');
			const [answer] = await once(child.stdout, 'data') as [string];
			return Number(answer);
		},
		stop() {
			child.stdin.end();
		},
	};
}
