/**
The first module that runs: checks the Node version before anything newer is parsed, switches the compile cache on, and answers `--version`
and `--help` without loading the framework.

The cache lies beside the build where that is writable, else in the user's own cache folder: never in a folder that others can write, since what
is read from it is run.
*/

import {accessSync, constants, readFileSync} from 'node:fs';
import module from 'node:module';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {helpAskedFor} from './help-texts.js';

/** As `engines` in package.json says. */
const nodeVersionMin = [22, 20] as const;

const root = path.join(import.meta.dirname, '../../..');

function isNodeTooOld(): boolean {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	return major < nodeVersionMin[0] || (major === nodeVersionMin[0] && minor < nodeVersionMin[1]);
}

function cacheFolder(): string {
	try {
		accessSync(path.join(root, 'dist'), constants.W_OK);
		return path.join(root, 'dist/.cache');
	} catch {
		return path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'farmctl');
	}
}

if (isNodeTooOld()) {
	process.stderr.write(`farmctl: Node.js ${process.versions.node} is too old; it needs ${nodeVersionMin.join('.')} or newer\n`
		+ 'hint: name a newer one: FARMCTL_NODEJS=/path/to/node farmctl …\n');
	process.exitCode = 4;
} else if (process.argv[2] === '--version') {
	const {version} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {version: string};
	process.stdout.write(`farmctl ${version}\n`);
} else {
	module.enableCompileCache(cacheFolder());
	const help = helpAskedFor(process.argv.slice(2), root);
	if (help === undefined) {
		const {main} = await import('./main.js');
		await main(process.argv.slice(2), root);
	} else {
		process.stdout.write(help);
	}
}
