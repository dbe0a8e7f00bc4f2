/** The only file that starts iptables' programs: by argument lists, never through a shell, each to its end. */

import process from 'node:process';
import {execa} from 'execa';
import {SystemFailure} from '../../../errors.js';

export type Family = 'ip' | 'ip6';

/** Which of its two makes: the one that the plain names mean on this machine, or one by name. */
const variants = ['auto', 'legacy', 'nft'] as const;

export type Variant = typeof variants[number];

export type ProgramResult = {
	/** What it printed to standard output. */
	readonly text: string;
	readonly hasFailed: boolean;
	/** What it said about that; empty where it said nothing. */
	readonly complaint: string;
};

/** Starts a program. The tests' starts it in a namespace. */
export type StartProgram = (program: string, words: readonly string[], input: string) => Promise<ProgramResult>;

/** So long may another program hold the lock on iptables' tables before ours give up. */
export const lockWaitS = 5;

/** Names a variant, for machines that have both and use the other one for themselves. */
export const variantVariable = 'FARMCTL_IPTABLES';

/** The system's own first: a package's folder of programs on the path may hold others of the same names. */
const systemPath = `/usr/sbin:/usr/bin:/sbin:/bin:${process.env.PATH ?? ''}`;

/** Rejects with a SystemFailure where the program is not installed. */
export const startProgram: StartProgram = async (program, words, input) => {
	const {failed, stdout, stderr, code, exitCode} = await execa(program, words, {
		input, reject: false, stripFinalNewline: false, env: {PATH: systemPath},
	}) as {failed: boolean; stdout: string; stderr: string; code?: string; exitCode?: number};
	if (code === 'ENOENT') {
		throw new SystemFailure(`the program '${program}' is not installed, and the back end 'iptables' needs it`, {
			hint: 'install iptables (sudo apt-get install iptables, or sudo dnf install iptables-nft), or take \'backend: nft\'',
		});
	}

	const said = stderr.split('\n').map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'));
	return {text: stdout, hasFailed: failed, complaint: failed && said.length === 0 ? `exit status ${exitCode}` : said.join('; ')};
};

export type Programs = {
	/** Does what the text says, in one transaction for each table of it. */
	readonly restore: (family: Family, text: string) => Promise<ProgramResult>;
	/** The table as text, with counters. */
	readonly save: (family: Family, table: string) => Promise<ProgramResult>;
	/** Programs that are under way are given up. */
	readonly close: () => void;
};

export type ProgramsOptions = {readonly variant?: Variant; readonly start?: StartProgram; readonly close?: () => void};

export function createPrograms({variant = variantFromEnvironment(), start = startProgram, close = () => undefined}: ProgramsOptions = {}): Programs {
	const name = (family: Family, verb: 'restore' | 'save'): string => `${family}tables${variant === 'auto' ? '' : `-${variant}`}-${verb}`;
	return {
		restore: async (family, text) => start(name(family, 'restore'), ['--noflush', '--wait', String(lockWaitS)], text),
		save: async (family, table) => start(name(family, 'save'), ['--counters', '--table', table], ''),
		close,
	};
}

function variantFromEnvironment(): Variant {
	const word = process.env[variantVariable];
	if (word === undefined || word === '') {
		return 'auto';
	}

	const variant = variants.find(known => known === word);
	if (variant !== undefined) {
		return variant;
	}

	throw new SystemFailure(`${variantVariable} is '${word}'`, {hint: `${variantVariable}=legacy, nft or auto`});
}
