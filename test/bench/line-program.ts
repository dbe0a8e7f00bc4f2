/** A program in a network namespace that answers each line of its standard input with one line of JSON, and ends with its input. */

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {createInterface} from 'node:readline';

export type LineProgram<Answer> = {
	/** Rejects when the program has ended. */
	readonly ask: (line: string) => Promise<Answer>;
	readonly end: () => Promise<void>;
};

/** Starts Node with this program inside. */
export function startLineProgram<Answer>(namespace: string, program: string, ...words: readonly string[]): LineProgram<Answer> {
	const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, program, ...words], {stdio: ['pipe', 'pipe', 'inherit']});
	child.stdin.on('error', () => undefined);
	const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
	return {
		async ask(line) {
			child.stdin.write(`${line}\n`);
			const {value, done} = await lines.next() as {value: string; done: boolean};
			if (done) {
				throw new Error(`${program} has ended (${child.exitCode ?? child.signalCode})`);
			}

			return JSON.parse(value) as Answer;
		},
		async end() {
			if (child.exitCode !== null || child.signalCode !== null) {
				return;
			}

			const closed = once(child, 'close');
			child.stdin.end();
			await closed;
		},
	};
}
