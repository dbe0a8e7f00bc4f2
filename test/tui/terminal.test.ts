/** The built program in a real terminal (tmux), against a daemon that has only its socket. */

import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import anyTest, {type ExecutionContext, type TestFn} from 'ava';

const root = path.join(import.meta.dirname, '../../..');
const program = path.join(root, 'bin/farmctl');
const hasTmux = spawnSync('tmux', ['-V']).status === 0;

type Terminal = {
	readonly tmux: (...words: readonly string[]) => string;
	readonly runDir: string;
	readonly stop: () => void;
	readonly startDaemon: (sample: string) => Promise<ChildProcess>;
	/** Types a line at the shell. */
	readonly type: (line: string) => void;
	/** Resolves with the screen when it matches; fails with the last screen after ten seconds. */
	readonly shows: (pattern: RegExp) => Promise<string>;
};

const test = anyTest as TestFn<Terminal>;
// Without tmux there is no terminal to look at; `npm test` installs it.
const terminalTest = hasTmux ? test.serial : test.serial.skip;

const shownWithinMs = 10_000;

test.beforeEach(t => {
	const runDir = mkdtempSync(path.join(tmpdir(), 'farmctl-tui-'));
	const server = path.join(runDir, 'tmux');
	const tmux = (...words: readonly string[]): string => spawnSync('tmux', ['-S', server, '-f', '/dev/null', ...words], {encoding: 'utf8'}).stdout;
	const daemons: ChildProcess[] = [];
	tmux('new-session', '-d', '-x', '100', '-y', '30', 'env PS1="ready> " sh');
	t.context = {
		tmux,
		runDir,
		stop() {
			tmux('kill-server');
			for (const daemon of daemons) {
				daemon.kill('SIGKILL');
			}

			rmSync(runDir, {recursive: true, force: true});
		},
		async startDaemon(sample) {
			const daemon = spawn(process.execPath, [path.join(import.meta.dirname, 'fixtures/fake-daemon.js'), runDir, sample], {stdio: ['ignore', 'pipe', 'inherit']});
			daemons.push(daemon);
			await once(daemon.stdout, 'data');
			return daemon;
		},
		type(line) {
			tmux('send-keys', '-l', line);
			tmux('send-keys', 'Enter');
		},
		async shows(pattern) {
			const deadline = performance.now() + shownWithinMs;
			for (;;) {
				const screen = tmux('capture-pane', '-p');
				if (pattern.test(screen)) {
					return screen;
				}

				if (performance.now() > deadline) {
					throw new Error(`the screen never showed ${String(pattern)}:\n${screen}`);
				}

				await new Promise(resolve => {
					setTimeout(resolve, 50);
				});
			}
		},
	};
});

test.afterEach.always(t => {
	t.context.stop();
});

/** Alternate screen on, cursor visible. */
const modes = ({tmux}: Terminal): string => tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}').trim();

async function startTop(t: ExecutionContext<Terminal>, sample: string): Promise<ChildProcess> {
	const daemon = await t.context.startDaemon(sample);
	await t.context.shows(/ready>/u);
	t.context.type(`stty -g > ${t.context.runDir}/stty; echo kept`);
	await t.context.shows(/^kept$/mu);
	t.context.type(`${program} top --run-dir ${t.context.runDir}; echo status=$?`);
	await t.context.shows(/q quit/u);
	t.is(modes(t.context), '1 0');
	return daemon;
}

/** The screen from before is back, the prompt takes input and echoes it. */
async function isRestored(t: ExecutionContext<Terminal>, status: number): Promise<void> {
	const screen = await t.context.shows(new RegExp(`status=${status}`, 'u'));
	t.regex(screen, /^kept$/mu);
	t.notRegex(screen, /q quit|seen from/u);
	t.is(modes(t.context), '0 1');
	t.context.type(`stty -g | cmp - ${t.context.runDir}/stty && echo same settings`);
	t.regex(await t.context.shows(/^same settings$/mu), /ready> stty/u);
}

terminalTest('q leaves the terminal as it was', async t => {
	await startTop(t, 'oneDead');
	const screen = await t.context.shows(/accepted \d/u);
	t.regex(screen, /^web degraded {2}all 2520 slots covered {2}seen from web1/u);
	t.regex(screen, /^web2 {2}DEAD .*no heartbeat for 4\.2 s$/mu);
	t.regex(screen, /filtered [12]\d{3}\/s/u);
	t.context.tmux('send-keys', 'q');
	await isRestored(t, 0);
});

terminalTest('so does Ctrl-C, from the help screen too', async t => {
	await startTop(t, 'healthy');
	t.context.tmux('send-keys', '?');
	await t.context.shows(/show or hide this help/u);
	t.context.tmux('send-keys', 'C-c');
	await isRestored(t, 0);
});

terminalTest('so does SIGTERM', async t => {
	await startTop(t, 'healthy');
	const pid = t.context.tmux('display-message', '-p', '#{pane_pid}').trim();
	const [child] = spawnSync('pgrep', ['-P', pid], {encoding: 'utf8'}).stdout.trim().split('\n', 1);
	process.kill(Number(child), 'SIGTERM');
	await isRestored(t, 143);
});

terminalTest('so does a bug, which is reported on the screen from before', async t => {
	await t.context.startDaemon('broken');
	await t.context.shows(/ready>/u);
	t.context.type(`${program} top --run-dir ${t.context.runDir}; echo status=$?`);
	t.regex(await t.context.shows(/status=70/u), /farmctl: this is a bug in farmctl/u);
	t.is(modes(t.context), '0 1');
});

terminalTest('a daemon that goes away is told, and found again', async t => {
	const daemon = await startTop(t, 'healthy');
	daemon.kill('SIGKILL');
	t.regex(await t.context.shows(/daemon not answering, last seen [1-9] s ago/u), /^web was healthy/u);
	await t.context.startDaemon('oneDead');
	await t.context.shows(/^web degraded/u);
	t.context.tmux('send-keys', 'q');
	await isRestored(t, 0);
});

terminalTest('a narrow terminal, and a resize in between', async t => {
	await startTop(t, 'oneDead');
	t.context.tmux('resize-window', '-x', '40', '-y', '14');
	const narrow = await t.context.shows(/^web2 {2}DEAD .*…$/mu);
	t.true(narrow.split('\n').every(line => line.length <= 40));
	t.regex(narrow, /q quit/u);
	t.context.tmux('resize-window', '-x', '120', '-y', '40');
	t.regex(await t.context.shows(/^web degraded .*seen from web1/u), /^web2 {2}DEAD .*no heartbeat for 4\.2 s$/mu);
	t.context.tmux('send-keys', 'q');
	await t.context.shows(/status=0/u);
	t.is(modes(t.context), '0 1');
});
