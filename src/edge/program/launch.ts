/**
Starts a program by its argument vector, never through a shell, as the leader of a process group of its own: what it starts is ended with it, and a Ctrl-C
at the daemon's terminal does not reach it. It reads nothing, unless it is given something, and what it prints comes as lines of bounded length.
*/

import {spawn, type ChildProcess} from 'node:child_process';
import {closeSync, openSync, statSync} from 'node:fs';
import {type constants} from 'node:os';
import process from 'node:process';
import type {Command} from '../../core/model/application.js';
import type {Ending} from './ending.js';
import {createLineReader} from './lines.js';

export type OutputStream = 'stdout' | 'stderr';

export type LaunchOptions = {
	/** Besides the daemon's own. */
	readonly environment?: Readonly<Record<string, string>>;
	/** Where it starts; the daemon's own folder otherwise. */
	readonly folder?: string | undefined;
	/** For its standard input. */
	readonly input?: string;
	/** Each line that it, or what it started, prints. */
	readonly line?: (line: string, stream: OutputStream) => void;
	/** Its output is appended to this file, and no line of it told: for what lives longer than the daemon. */
	readonly outputFile?: string;
};

export type Launched = {
	/** Undefined where it could not be started. */
	readonly pid: number | undefined;
	/** As soon as the program itself has ended, whatever it left behind. Never rejects; never `timeout` nor `given-up`. */
	readonly ended: Promise<Ending>;
	/** When nobody can print any more: what it left in the background may hold its output open for long. */
	readonly silent: Promise<void>;
	/** Asks all processes of the group to end, the stopped ones too; those that have not after `graceMs` are killed. */
	readonly terminate: (graceMs: number) => void;
	/** Kills what is left of the group. Returns whether there was something. */
	readonly sweep: () => boolean;
	/** Reads its output no longer. */
	readonly deafen: () => void;
};

/** Programs of the system may be outside the path of an ordinary user. */
const pathOf = (path: string | undefined): string => `${path ?? '/usr/local/bin:/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;

/** What systemd tells its own child and nobody below it. */
const ownVariables = new Set(['NOTIFY_SOCKET', 'LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES', 'WATCHDOG_PID', 'WATCHDOG_USEC']);

export function launchCommand(command: Command, {environment = {}, folder, input, outputFile, line = () => undefined}: LaunchOptions = {}): Launched {
	const [program = '', ...words] = command;
	let child: ChildProcess;
	let output: number | undefined;
	try {
		output = outputFile === undefined ? undefined : openSync(outputFile, 'a', 0o600);
		child = spawn(program, words, {
			cwd: folder, detached: true, env: environmentWith(environment), stdio: [input === undefined ? 'ignore' : 'pipe', output ?? 'pipe', output ?? 'pipe'],
		});
	} catch (error) {
		return notStarted(whyNot(error as NodeJS.ErrnoException, program, folder));
	} finally {
		if (output !== undefined) {
			closeSync(output);
		}
	}

	const ended = new Promise<Ending>(resolve => {
		child.once('error', (error: NodeJS.ErrnoException) => {
			resolve({kind: 'not-started', reason: whyNot(error, program, folder)});
		});
		child.once('exit', (status, signal) => {
			resolve(signal === null ? {kind: 'exit', status: status ?? 0} : {kind: 'signal', signal});
		});
	});
	feed(child, input);
	return {
		pid: child.pid,
		ended,
		silent: readLines(child, line),
		terminate: terminator(child, ended),
		sweep: () => signalGroup(child.pid, 'SIGKILL'),
		deafen() {
			child.stdout?.destroy();
			child.stderr?.destroy();
		},
	};
}

function environmentWith(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
	const environment = {...process.env, PATH: pathOf(process.env.PATH), ...added};
	return Object.fromEntries(Object.entries(environment).filter(([name]) => !ownVariables.has(name)));
}

/** In words that name what is missing: the program, or the folder, which the system reports alike. */
function whyNot({code, message}: NodeJS.ErrnoException, program: string, folder: string | undefined): string {
	if (folder !== undefined && statSync(folder, {throwIfNoEntry: false})?.isDirectory() !== true) {
		return `there is no folder '${folder}'`;
	}

	if (code === 'EACCES') {
		return `'${program}' may not be run: is it executable?`;
	}

	return code === 'ENOENT' ? `there is no program '${program}'` : message;
}

const notStarted = (reason: string): Launched => ({
	pid: undefined, ended: Promise.resolve({kind: 'not-started', reason}), silent: Promise.resolve(), terminate: () => undefined, sweep: () => false, deafen: () => undefined,
});

function feed({stdin}: ChildProcess, input: string | undefined): void {
	// One that does not read its input is no failure.
	stdin?.on('error', () => undefined);
	stdin?.end(input);
}

async function readLines(child: ChildProcess, line: (line: string, stream: OutputStream) => void): Promise<void> {
	await Promise.all((['stdout', 'stderr'] as const).map(async stream => new Promise<void>(resolve => {
		const readable = child[stream];
		if (readable === null) {
			resolve();
			return;
		}

		const reader = createLineReader(text => {
			line(text, stream);
		});
		readable.on('data', reader.write);
		readable.once('close', () => {
			reader.end();
			resolve();
		});
		readable.on('error', () => undefined);
	})));
}

function terminator(child: ChildProcess, ended: Promise<Ending>): (graceMs: number) => void {
	let killing: NodeJS.Timeout | undefined;
	return graceMs => {
		signalGroup(child.pid, 'SIGTERM');
		signalGroup(child.pid, 'SIGCONT');
		clearTimeout(killing);
		const timer = setTimeout(() => {
			signalGroup(child.pid, 'SIGKILL');
		}, graceMs);
		killing = timer;
		void ended.then(() => {
			clearTimeout(timer);
		});
	};
}

/** Returns whether there was a process to tell. */
export function signalGroup(pid: number | undefined, signal: keyof typeof constants.signals): boolean {
	if (pid === undefined) {
		return false;
	}

	try {
		return process.kill(-pid, signal);
	} catch {
		return false;
	}
}
