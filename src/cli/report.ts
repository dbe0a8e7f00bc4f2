/** The one place that turns an error into text, JSON and exit status (design, section 7). */

import process from 'node:process';
import {exitCodes, Failure} from '../errors.js';

type FrameworkError = Error & {readonly oclif?: {readonly exit?: number | false}; readonly code?: string};

/** Writes the error where it belongs and returns the exit status. A command that only ended with a status prints nothing. */
export function report(error: unknown, {isJson}: {readonly isJson: boolean}): number {
	if (isPlainExit(error)) {
		return error.oclif.exit;
	}

	const {code, message, hint, exitCode} = explain(error);
	process.stderr.write(`farmctl: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
	if (isJson) {
		const problems = error instanceof Failure && 'problems' in error ? {problems: error.problems} : {};
		process.stdout.write(`${JSON.stringify({error: {code, message, ...(hint !== undefined && {hint}), ...problems}})}\n`);
	}

	return exitCode;
}

function isPlainExit(error: unknown): error is Error & {oclif: {exit: number}} {
	return (error as FrameworkError).code === 'EEXIT' && typeof (error as FrameworkError).oclif?.exit === 'number';
}

function explain(error: unknown): {code: string; message: string; hint: string | undefined; exitCode: number} {
	if (error instanceof Failure) {
		return {code: error.code, message: error.message, hint: error.hint, exitCode: error.exitCode};
	}

	if (error instanceof Error && (error as FrameworkError).oclif !== undefined) {
		const [message = error.message] = error.message.split('\nSee more help', 1);
		return {code: 'usage', message: lowerFirst(message), hint: 'farmctl --help lists the verbs, farmctl VERB --help the flags', exitCode: exitCodes.usage};
	}

	return {
		code: 'bug',
		message: `this is a bug in farmctl: ${error instanceof Error ? error.stack ?? error.message : String(error)}`,
		hint: 'please report it with the lines above and the output of farmctl --version',
		exitCode: exitCodes.bug,
	};
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
