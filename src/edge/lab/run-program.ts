/** Runs one program to its end, by argument list and never through a shell. */

import process from 'node:process';
import {execa} from 'execa';
import type {ProgramCall} from '../../core/lab/network-commands.js';
import {SystemFailure} from '../../errors.js';

/** System administration programs may be outside an ordinary user's path. */
export const programPath = `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`;

/** The system's own first: a package's folder of programs on the path may hold others of the same names. */
const systemPath = `/usr/sbin:/usr/bin:/sbin:/bin:${programPath}`;

/** Runs it and returns its standard output. Rejects with a SystemFailure that says what the program said. */
export async function runProgram({argv, input = ''}: ProgramCall): Promise<string> {
	const [program, ...words] = argv;
	const {failed, stdout, stderr, code, exitCode} = await execa(program!, words, {
		input, reject: false, env: {PATH: systemPath},
	}) as {failed: boolean; stdout: string; stderr: string; code?: string; exitCode?: number};
	if (code === 'ENOENT') {
		throw new SystemFailure(`the program '${program}' is not installed`, {hint: 'install iproute2, util-linux and nftables: sudo apt-get install iproute2 util-linux nftables'});
	}

	if (failed) {
		throw new SystemFailure(`'${argv.join(' ')}' failed: ${stderr.trim() === '' ? `exit status ${exitCode}` : stderr.trim()}`);
	}

	return stdout;
}
