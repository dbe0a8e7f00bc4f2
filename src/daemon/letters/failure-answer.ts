/** What is said of a letter that was not answered. */

import type {AskFailure, AskOutcome} from './asking.js';
import type {LetterAnswer} from './letters.js';

export function failureAnswer({why, mayBeDone}: Extract<AskOutcome, {ok: false}>, name: string, timeoutMs: number): LetterAnswer {
	const [message, hint] = texts[why](name, `${timeoutMs / 1000} s`);
	return {ok: false, mayBeDone, error: {code: 'daemon', message: mayBeDone ? `${message}; it may have been done` : message, hint}};
}

const look = 'see what came of it: farmctl node list';

const texts: Readonly<Record<AskFailure, (name: string, time: string) => readonly [string, string]>> = {
	silent: (name, time) => [`${name} did not answer within ${time}`, `is its daemon running, and is it of this version? farmctl status; on ${name}: farmctl --version`],
	busy: (name, time) => [`${name} took no more letters within ${time}`, `ask again; if it stays so, ask on ${name} itself`],
	restarted: name => [`the daemon of ${name} started anew before it answered`, look],
	late: (name, time) => [`${name} was asked and did not answer within ${time}`, look],
	refused: name => [`${name} took the letter for another one`, 'compare on both nodes: farmctl --version'],
	stopped: name => [`this daemon stops, and waits no longer for ${name}`, look],
};
