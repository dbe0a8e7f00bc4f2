/**
A file or folder is there, or is not, is young enough, or its file system has room. The look is a program's, stat(1): whoever looks at the file system of a
dead server hangs, and nobody can end that. A program that hangs is left alone; a thread would hold up the end of the daemon.
*/

import type {Probe} from '../../core/model/application.js';
import {formatDuration} from '../../core/status/format.js';
import type {CommandResult} from '../program/run.js';
import {down, timedOut, up, type Finding} from './port.js';
import {createProgramTurns} from './program-turns.js';
import {settleOnce} from './settle.js';
import type {Source} from './source.js';

type FileProbe = Extract<Probe, {type: 'file'}>;

/** Runs stat(1) with these words. */
type Ask = (...words: readonly string[]) => Promise<CommandResult>;

export function createFileSource(probe: FileProbe): Source {
	const turns = createProgramTurns();
	return {
		async find(signal) {
			const hindrance = await turns.hindrance(signal);
			if (hindrance !== undefined) {
				return timedOut(`${probe.path}: its file system hangs: of the looks at it ${hindrance}`);
			}

			// Its complaints are told apart by their English.
			const ask: Ask = async (...words) => turns.run(['stat', ...words, '--', probe.path], {signal, environment: {LC_ALL: 'C'}});
			return settleOnce(signal, () => `${probe.path}: its file system does not answer`, settle => {
				void look(probe, ask).then(settle);
				return () => undefined;
			});
		},
		close: turns.close,
	};
}

async function look({path, isAbsent, ageMaxMs, freeBytesMin}: FileProbe, ask: Ask): Promise<Finding> {
	const {hasSucceeded, lines: [line = ''], reason} = await ask('-L', '-c', '%Y');
	if (!hasSucceeded) {
		const isMissing = /No such file or directory|Not a directory/u.test(line);
		return isMissing ? missing(path, isAbsent) : down(`${path}: cannot be looked at: ${line === '' ? `stat ${reason}` : line}`);
	}

	if (isAbsent) {
		return down(`${path} is there, and should not be`);
	}

	const ageMs = Date.now() - (Number(line) * 1000);
	if (ageMaxMs !== undefined && ageMs > ageMaxMs) {
		return down(`${path} was last written ${formatDuration(ageMs)} ago, more than ${formatDuration(ageMaxMs)}`);
	}

	return freeBytesMin === undefined ? up(`${path} is there`) : judgeRoom(path, freeBytesMin, await ask('-f', '-c', '%a %S'));
}

const missing = (path: string, isAbsent: boolean): Finding => isAbsent ? up(`${path} is absent`) : down(`there is no ${path}`);

/** What everybody but root may still write: blocks and their size. */
function judgeRoom(path: string, freeBytesMin: number, {hasSucceeded, lines: [line = ''], reason}: CommandResult): Finding {
	const [blocks, size] = line.split(' ', 2).map(Number);
	const bytes = blocks! * size!;
	if (!hasSucceeded || !Number.isFinite(bytes)) {
		return down(`${path}: the room of its file system is not known: stat ${reason}`);
	}

	const text = `${sizeText(bytes)} free on the file system of ${path}`;
	return bytes < freeBytesMin ? down(`${text}, less than ${sizeText(freeBytesMin)}`) : up(text);
}

/** In binary units, cut to a tenth. */
function sizeText(bytes: number): string {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
	const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
	return `${Math.floor(bytes / (1024 ** power) * 10) / 10} ${units[power]}`;
}
